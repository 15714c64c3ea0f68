import { type SQL, sql } from '../database/drizzle.ts';

export interface Bucket {
  readonly capacity: number;
  readonly perSecond: number;
}

/**
 * Takes one token from a bucket that all processes share, in one statement: it answers a row where there was one to take.
 */
export function spendToken(key: string, bucket: Bucket, at: Date): SQL {
  const now = sql`${at.toISOString()}::timestamptz`;
  const capacity = sql`${bucket.capacity}::float8`;
  const left = sql`LEAST(${capacity},
    bucket.tokens + GREATEST(0, EXTRACT(EPOCH FROM ${now} - bucket.at)) * ${bucket.perSecond}::float8)`;
  return sql`
    INSERT INTO limit_bucket AS bucket (key, tokens, at) VALUES (${key}, ${capacity} - 1, ${now})
    ON CONFLICT (key) DO UPDATE SET tokens = ${left} - 1, at = GREATEST(bucket.at, ${now})
    WHERE ${left} >= 1 RETURNING 1`;
}
