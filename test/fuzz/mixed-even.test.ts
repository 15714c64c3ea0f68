import { mixedHistories } from './shard.ts';

mixedHistories(0);
