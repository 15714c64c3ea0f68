import { runProgram } from './node.mjs';

await runProgram('start');
