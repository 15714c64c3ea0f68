import { killSuite } from '../../../support/kill-suite.ts';

// The long suite kills twenty times each; here a sample with a fixed seed.
killSuite(3, 20261121);
