import { beforeAll, describe, expect, it } from 'vitest';
import { changes, type Judged, judgedEstate } from './judged-estate.ts';

let clean: Judged;
let engram: Judged;
beforeAll(async () => {
  [clean, engram] = [await judgedEstate('clean'), await judgedEstate('engram')];
});

/** Whatever is broken may only ever turn a verdict into an unknown. */
function expectNoFalseVerdict(before: Judged, after: Judged): void {
  for (const [key, change] of Object.entries(changes(before.verdicts, after.verdicts)))
    expect(change, key).toMatch(/-> (unknown \(|none$)/);
}

const isOfEnvironment = (key: string): boolean => key.includes(' workload/');

const policiesIn = (keys: readonly string[]): ReadonlySet<string> =>
  new Set(keys.flatMap((key) => key.split(' ')[0] ?? []));

describe('a denied child read', () => {
  it('turns exactly the findings that need it into unknown, naming the permission', async () => {
    const after = await judgedEstate('clean', ['GET **/managementPolicies/default:403']);
    const changed = changes(clean.verdicts, after.verdicts);
    const names = Object.keys(clean.verdicts).filter((key) => key.startsWith('st-lifecycle '));
    expect(changed).toEqual(Object.fromEntries(names.map((key) => [key, 'pass -> unknown (access-denied)'])));
    const finding = after.judgement.assessment.findings.find((one) => one.finding.status === 'unknown')?.finding;
    expect(finding?.because).toContain('Microsoft.Storage/storageAccounts/managementPolicies/read');
    expect(after.outcome.code).toBe(3);
  });

  it('leaves the exit at 1 where something else fails', async () => {
    const after = await judgedEstate('engram', ['GET **/flexibleServers/*/configurations:403']);
    const changed = Object.keys(changes(engram.verdicts, after.verdicts));
    const ofParameters = engram.judgement.inputs.policies
      .filter(({ reads }) => JSON.stringify(reads ?? []).includes('flexibleservers/configurations'))
      .map(({ metadata }) => metadata.id);
    expect(changed.length).toBeGreaterThan(5);
    for (const policy of policiesIn(changed)) expect(ofParameters).toContain(policy);
    expectNoFalseVerdict(engram, after);
    expect(after.outcome).toMatchObject({ code: 1 });
    expect(after.outcome.gaps[0]).toMatch(/unknown/);
  });
});

describe('subjects that cannot be listed', () => {
  it('a denied Resource Graph leaves one unknown per policy and scope, and no pass', async () => {
    const after = await judgedEstate('clean', ['POST **/Microsoft.ResourceGraph/resources:403']);
    expect(new Set(Object.values(after.verdicts))).toEqual(new Set(['unknown (access-denied)']));
    // One scope and one environment: each policy of the pack says it once, also where there would be nothing to judge.
    const pack = clean.judgement.inputs.policies.map(({ metadata }) => metadata.id);
    expect(policiesIn(Object.keys(after.verdicts))).toEqual(new Set(pack));
    expect(Object.keys(after.verdicts)).toHaveLength(pack.length);
    expect(after.outcome.code).toBe(3);
  });

  it('an unreadable subscription keeps the other one judged and says which is missing', async () => {
    const production = '22222222-2222-4222-8222-222222222222';
    const after = await judgedEstate('engram', [`GET /subscriptions/${production}:403`]);
    const left = Object.entries(after.verdicts).filter(([key]) => !key.endsWith(`/subscriptions/${production}`));
    // The shared scopes lie in production: of no environment, and of no vault's users, can anything be said without them.
    // A replica may follow from anywhere, and the DNS zone of one server in test lies with the shared names.
    const needsAll = (key: string): boolean =>
      isOfEnvironment(key) ||
      /^(kv-isolated-scope|pg-replicas) /.test(key) ||
      key === 'pg-private-dns engram-test-interim-pg';
    for (const [key, verdict] of left)
      expect(verdict, key).toBe(needsAll(key) ? 'unknown (access-denied)' : engram.verdicts[key]);
    const scoped = Object.entries(after.verdicts).filter(([key]) => key.endsWith(`/subscriptions/${production}`));
    const ofResources = Object.keys(engram.verdicts).filter((key) => !isOfEnvironment(key));
    expect(scoped).toHaveLength(policiesIn(ofResources).size);
    for (const [, verdict] of scoped) expect(verdict).toBe('unknown (access-denied)');
    expect(after.judgement.snapshot.header.readableScopes).toHaveLength(1);
    expect(after.outcome.gaps).toContain('1 scope not readable');
  });
});

describe('the list of subscriptions that Resource Graph shows', () => {
  it.each(['403', '404', 'badjson'])(
    'answered with %s leaves unknown what needs every scope, and the run is not clean',
    async (kind) => {
      // Tables are asked for by name: role assignments first, then the subscriptions.
      const after = await judgedEstate('clean', [`POST **/resources:${kind}x2`]);
      for (const [key, change] of Object.entries(changes(clean.verdicts, after.verdicts))) {
        expect(key).toMatch(/^(kv-isolated-scope|ws-[a-z-]+) /);
        expect(change, key).toMatch(/^pass -> unknown /);
      }
      expect(after.outcome.code).toBe(3);
      expect(after.outcome.gaps).toContain('1 subscription not confirmed by Resource Graph');
    },
  );
});

describe('faults that pass', () => {
  it.each([
    ['a 429 with Retry-After', 'GET **/managementPolicies/default:429x1'],
    ['a quota header alone', 'POST **/resources:quotax1'],
    ['a quota header alone on a list', 'GET **/configurations:quotax1'],
    ['a quota header alone on one thing', 'GET **/managementPolicies/default:quotax1'],
    ['a server error', 'GET **/managementPolicies/default:500x1'],
    ['a reset connection', 'GET **/managementPolicies/default:resetx1'],
  ])('%s is waited out and changes no verdict', async (_, fault) => {
    const after = await judgedEstate('clean', [fault]);
    expect(changes(clean.verdicts, after.verdicts)).toEqual({});
    expect(after.outcome.code).toBe(0);
  });
});

describe('faults that stay', () => {
  it.each([
    ['bad JSON from a child', 'GET **/managementPolicies/default:badjson', /st-lifecycle .*not-collected/],
    ['a body cut off', 'GET **/managementPolicies/default:truncated', /st-lifecycle .*not-collected/],
    [
      "a not-found that is not the service's own",
      'GET **/managementPolicies/default:404',
      /st-lifecycle .*not-collected/,
    ],
    ['a truncated Resource Graph answer', 'POST **/resources:truncated', /\(truncated\)/],
    ['bad JSON from Resource Graph', 'POST **/resources:badjson', /\(not-collected\)/],
  ])('%s is unknown and never a pass or a fail', async (_, fault, expected) => {
    const after = await judgedEstate('clean', [fault]);
    expectNoFalseVerdict(clean, after);
    const said = Object.entries(after.verdicts)
      .map(([key, verdict]) => `${key} ${verdict}`)
      .join('\n');
    expect(said).toMatch(expected);
    expect(after.outcome.code).toBe(3);
  });
});
