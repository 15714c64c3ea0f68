import { killSuite } from '../support/kill-suite.ts';

killSuite(20, Number(process.env.BINDERY_SEED ?? Date.now()));
