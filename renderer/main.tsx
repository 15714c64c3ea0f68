import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './theme.css';
import './parts/parts.css';
import './parts/tables.css';
import './screens/screens.css';
import './print.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { keepReadable } from './parts/readable-page.ts';
import { App } from './screens/app.tsx';
import { connect } from './state/connection.ts';
import { theme } from './theme.ts';

// The page's security policy forbids making code from text, which zod otherwise tries for speed.
z.config({ jitless: true });

keepReadable(document.documentElement);

const connecting = connect();
const place = document.getElementById('root');
if (place) {
  createRoot(place).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <Notifications position="bottom-left" limit={2} containerWidth={340} />
        <App connecting={connecting} />
      </MantineProvider>
    </StrictMode>,
  );
}
