import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** The one accent: the green of a seal. */
const seal: MantineColorsTuple = [
  '#e8f5f1',
  '#d3eae3',
  '#a5d4c6',
  '#74bda8',
  '#4daa8f',
  '#2b947a',
  '#15806a',
  '#0b6e5a',
  '#085c4b',
  '#06493c',
];

/** Blue-grey instead of the library's brown-grey, so that fields sit on the same night as the panels. */
const night: MantineColorsTuple = [
  '#c6ced6',
  '#b0bac4',
  '#8f9aa6',
  '#66717c',
  '#3d4751',
  '#2c353e',
  '#1d242b',
  '#151a20',
  '#101419',
  '#0b0e12',
];

/** The last one ships with Bindery and has the shapes of the pills, where a machine has no font for them. */
const FONT = "'Noto Sans', system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif, 'DejaVu Sans Mono'";

/** Dense by default: 13 px text, small controls, almost no shadow. */
export const theme = createTheme({
  colors: { seal, dark: night },
  primaryColor: 'seal',
  primaryShade: { light: 7, dark: 7 },
  fontFamily: FONT,
  fontFamilyMonospace: "'DejaVu Sans Mono', ui-monospace, 'SF Mono', Menlo, Consolas, monospace",
  headings: { fontFamily: FONT, fontWeight: '600' },
  fontSizes: { xs: '12px', sm: '13px', md: '13px', lg: '15px', xl: '18px' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.45', lg: '1.45', xl: '1.4' },
  defaultRadius: 6,
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'xs' } },
    ActionIcon: { defaultProps: { size: 28, variant: 'subtle', color: 'gray' } },
    // What is needed is said by the button that waits for it; a star would be read as part of the name.
    InputWrapper: { defaultProps: { withAsterisk: false } },
    TextInput: { defaultProps: { size: 'xs' } },
    PasswordInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs', checkIconPosition: 'right' } },
    MultiSelect: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    TagsInput: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    Tooltip: {
      defaultProps: { openDelay: 350, transitionProps: { duration: 80 }, multiline: true, maw: 320 },
    },
    Modal: {
      defaultProps: { transitionProps: { duration: 100 }, centered: true, overlayProps: { opacity: 0.4 } },
    },
    Menu: { defaultProps: { transitionProps: { duration: 80 }, shadow: 'md' } },
    Popover: { defaultProps: { transitionProps: { duration: 80 }, shadow: 'md' } },
  },
});
