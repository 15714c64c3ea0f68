import { OpenAPIGenerator } from '@orpc/openapi';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import { syncContract } from '../../shared/sync/contract.ts';
import { tenantContract } from '../../shared/sync/tenant-contract.ts';
import { LIMITS } from '../../shared/sync/wire.ts';

/** JSON of the document: the types that exist for it mix two versions of it. */
type Described = { [name: string]: unknown };
type Paths = Record<string, Record<string, Described>>;

const WORKSPACE = parameter('workspace', 'path', { type: 'string', minLength: 1, maxLength: 200 });
const HASH = { type: 'string', pattern: '^[0-9a-f]{64}$' } as const;
const BYTES = { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } as const } };
const SIGNED = [{ device: [] }];

/** What the contract cannot say, since it is bytes. */
const RAW: Paths = {
  '/workspaces/{workspace}/segments': {
    post: {
      operationId: 'ledger.push',
      summary: 'Stores sealed segments: frames of label and segment',
      parameters: [WORKSPACE],
      requestBody: { required: true, content: BYTES },
      responses: { '200': json('The receipt, and for each segment whether it was new'), ...faults(413) },
    },
  },
  '/workspaces/{workspace}/segments/fetch': {
    post: {
      operationId: 'ledger.fetch',
      summary: 'Answers sealed segments as frames, in the order asked',
      parameters: [WORKSPACE],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['ids'],
              additionalProperties: false,
              properties: { ids: { type: 'array', minItems: 1, maxItems: LIMITS.names, items: HASH } },
            },
          },
        },
      },
      responses: { '200': { description: 'Frames', content: BYTES }, ...faults(404, 413) },
    },
  },
  '/workspaces/{workspace}/blobs/{name}': {
    put: {
      operationId: 'blobs.put',
      summary: 'Takes the next part of a vault file, at most 8 MiB',
      parameters: [
        WORKSPACE,
        parameter('name', 'path', HASH),
        parameter('offset', 'query', { type: 'integer', minimum: 0 }),
        parameter('size', 'query', { type: 'integer', minimum: 1, maximum: LIMITS.blob }),
        parameter('sha256', 'query', HASH),
      ],
      requestBody: { required: true, content: BYTES },
      responses: { '200': json('How much is there, and whether it is whole'), ...faults(409, 413, 422, 507) },
    },
    get: {
      operationId: 'blobs.get',
      summary: 'Answers a vault file, or the part that Range asks for',
      parameters: [
        WORKSPACE,
        parameter('name', 'path', HASH),
        { ...parameter('Range', 'header', { type: 'string' }), required: false },
      ],
      responses: {
        '200': { description: 'The file', content: BYTES },
        '206': { description: 'A part of it', content: BYTES },
        ...faults(404, 416),
      },
    },
  },
  '/people/sign-in': {
    get: {
      operationId: 'people.signIn',
      summary: 'Sends a browser to the sign-in service',
      security: [],
      parameters: [parameter('tenant', 'query', { type: 'string' })],
      responses: { '302': { description: 'To the sign-in service' }, ...faults(404) },
    },
  },
  '/people/signed-in': {
    get: {
      operationId: 'people.signedIn',
      summary: 'Takes the sign-in service’s answer and gives a session',
      security: [],
      responses: { '200': json('The session, borne like an API key, and until when'), ...faults(404) },
    },
  },
  '/people/sign-out': {
    post: {
      operationId: 'people.signOut',
      summary: 'Ends the session it bears',
      security: [{ key: [] }],
      responses: { '200': json('That it is so'), ...faults() },
    },
  },
  '/workspaces/{workspace}/live': {
    get: {
      operationId: 'ledger.live',
      summary: 'Server-sent events: head with the sequence, whenever it moves',
      parameters: [WORKSPACE],
      responses: {
        '200': { description: 'Events', content: { 'text/event-stream': { schema: { type: 'string' } } } },
        ...faults(),
      },
    },
  },
};

let made: Promise<Described> | undefined;

/** The whole API as OpenAPI 3.1, out of the contract that answers it. */
export function openApiDocument(): Promise<Described> {
  made ??= generate();
  return made;
}

async function generate(): Promise<Described> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
  const document = await generator.generate(
    { ...syncContract, tenant: tenantContract },
    {
      info: {
        title: 'Bindery sync server',
        version: '1',
        description: 'Stores sealed segments and encrypted files, and can read neither.',
      },
      servers: [{ url: '/v1' }],
      security: SIGNED,
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'An API key of the tenant' },
          device: {
            type: 'apiKey',
            in: 'header',
            name: 'signature',
            description:
              'RFC 9421 by the device’s Ed25519 key, with signature-input and content-digest (docs/sync-protocol.md)',
          },
        },
        schemas: { Problem: { ...PROBLEM, required: [...PROBLEM.required] } },
      },
    },
  );
  const paths = (document.paths ?? {}) as unknown as Paths;
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.values(item).map((operation) => ({ path, operation })),
  );
  for (const { path, operation } of operations) {
    if (path.startsWith('/tenant/')) operation.security = [{ key: [] }];
    operation.responses = { ...(operation.responses as Described), ...faults() };
  }
  for (const [path, item] of Object.entries(RAW)) paths[path] = { ...paths[path], ...item };
  return { ...document, paths };
}

const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status', 'instance', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    instance: { type: 'string' },
    code: { type: 'string' },
  },
} as const;

function parameter(name: string, where: 'path' | 'query' | 'header', schema: object): Described {
  return { name, in: where, required: true, schema };
}

function json(description: string): Described {
  return { description, content: { 'application/json': { schema: { type: 'object' } } } };
}

function faults(...more: readonly number[]): Record<string, Described> {
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  return Object.fromEntries(
    [400, 401, 403, 429, 503, ...more].map((status) => [
      String(status),
      { description: 'A problem (RFC 9457)', content },
    ]),
  );
}
