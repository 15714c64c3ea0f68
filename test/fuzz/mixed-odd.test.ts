import { mixedHistories } from './shard.ts';

mixedHistories(1);
