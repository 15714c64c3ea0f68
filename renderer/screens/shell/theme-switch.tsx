import { ActionIcon, type MantineColorScheme, Menu, useMantineColorScheme } from '@mantine/core';
import { IconCircleHalf2, IconMoon, IconSun } from '@tabler/icons-react';

const SCHEMES: readonly { value: MantineColorScheme; word: string; icon: typeof IconSun }[] = [
  { value: 'light', word: 'Light', icon: IconSun },
  { value: 'dark', word: 'Dark', icon: IconMoon },
  { value: 'auto', word: 'As the system', icon: IconCircleHalf2 },
];

/** Light, dark, or as the system says. */
export function ThemeSwitch({ color = 'gray' }: { color?: string }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const current = SCHEMES.find((s) => s.value === colorScheme);
  const Icon = current?.icon ?? IconCircleHalf2;
  return (
    <Menu position="top-end">
      <Menu.Target>
        <ActionIcon color={color} aria-label={`Theme: ${current?.word ?? 'As the system'}`}>
          <Icon size={15} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {SCHEMES.map((scheme) => (
          <Menu.Item
            key={scheme.value}
            leftSection={<scheme.icon size={14} />}
            onClick={() => setColorScheme(scheme.value)}
          >
            {scheme.word}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
