#!/usr/bin/env node
import { runProgram } from './node.mjs';

await runProgram('main');
