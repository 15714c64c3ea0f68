import { getEventIteratorSchemaDetails, isContractProcedure } from '@orpc/contract';
import { z } from 'zod';
import { JobRef, type ProcedureMeta } from '../shared/contract/base.ts';
import { contract } from '../shared/contract/index.ts';

/** A procedure as the command line sees it. */
export interface Procedure {
  /** `evidence.add`. */
  readonly path: string;
  readonly area: string;
  readonly verb: string;
  readonly summary: string;
  readonly access: ProcedureMeta['access'];
  /** A `value` comes at once, a `job` is followed to its end, a `stream` is for screens. */
  readonly answers: 'value' | 'job' | 'stream';
  /** JSON Schemas of the input and of the value; null where there is none. */
  readonly input: unknown;
  readonly output: unknown;
}

/** Every procedure of the contract, in its order. */
export function procedures(): Procedure[] {
  return Object.entries(contract).flatMap(([area, verbs]) =>
    Object.entries(verbs).flatMap(([verb, procedure]) => {
      if (!isContractProcedure(procedure)) return [];
      const { inputSchema, outputSchema, meta } = procedure['~orpc'];
      const { summary, access } = meta as ProcedureMeta;
      return [
        {
          path: `${area}.${verb}`,
          area,
          verb,
          summary,
          access,
          answers: answersOf(outputSchema),
          input: jsonSchema(inputSchema, 'input'),
          output: jsonSchema(outputSchema, 'output'),
        },
      ];
    }),
  );
}

function answersOf(output: unknown): Procedure['answers'] {
  if (output === JobRef) return 'job';
  return output instanceof z.ZodType || !getEventIteratorSchemaDetails(output as never) ? 'value' : 'stream';
}

function jsonSchema(schema: unknown, io: 'input' | 'output'): unknown {
  return schema instanceof z.ZodType ? z.toJSONSchema(schema, { io, unrepresentable: 'any' }) : null;
}
