/** Every attack there is on the verifier page, of which `npm test` tries every fifth. */
process.env.BINDERY_ATTACKS = 'all';
await import('../e2e/verifier.e2e.ts');
