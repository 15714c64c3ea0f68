import { openWorkbench } from './workbench.ts';

await openWorkbench();
