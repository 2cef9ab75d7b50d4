import { describe, expect, test } from 'vitest';
import type { PassFinding, UnknownFinding } from '../../src/evaluate/finding.ts';
import { activities } from '../../src/policy/policy.schema.ts';
import { approvalFor } from '../../src/remediate/approval.ts';
import { ownerOf, responsibilities } from '../../src/remediate/owner.ts';
import { plan } from '../../src/remediate/plan.ts';
import type { Workload } from '../../src/workload/workload.schema.ts';
import { accountId, fail, planOf, policy, stepOf } from './build.ts';

const { mismatches: _, ...seed } = fail({ resource: accountId('passing') });
const passing: PassFinding = { ...seed, status: 'pass' };
const unread: UnknownFinding = { ...seed, status: 'unknown', reason: 'access-denied', missing: [] };
const workload = (contacts: NonNullable<Workload['responsibility']>['contacts']): Workload => ({
  apiVersion: 'assay/v1',
  kind: 'Workload',
  metadata: { id: 'engram' },
  responsibility: { provider: 'Provider Ltd', customer: 'Customer A Ltd', ...(contacts ? { contacts } : {}) },
  environments: {},
});

describe('a plan', () => {
  test('has one step for each fail, waived ones marked, and none for what passes or is unknown', () => {
    const waived = {
      finding: fail({ resource: accountId('waived') }),
      waived: { waiver: 'W-1', expires: '2027-01-30' },
    };
    const findings = [{ finding: passing }, { finding: unread }, { finding: fail() }, waived];
    const { steps, counts } = plan({ findings, policies: [policy('st-lifecycle')], workload: null });
    expect(steps.map(({ name, waivedBy }) => [name, waivedBy])).toEqual([
      ['stprod', null],
      ['waived', 'W-1'],
    ]);
    expect(counts).toMatchObject({
      steps: 2,
      waived: 1,
      approval: 0,
      incomplete: 0,
      'online-patch': 2,
      irreversible: 0,
    });
  });

  test('carries what the policy declares, with the finding’s values', () => {
    const remediation = {
      class: 'restart' as const,
      downtime: 'short-restart' as const,
      effort: 'hours' as const,
      text: 'Set {want} days on {name}.',
      willBreak: 'Clients of {name} reconnect.',
      az: ['az storage account update --name {name} --resource-group {resourceGroup} --days {param.minDays}'],
      files: { 'rules.json': '{"days": {param.minDays}}' },
      verify: 'az storage account show --ids {id}',
    };
    const parameters = { minDays: { type: 'integer' as const } };
    expect(stepOf(remediation, { facts: { want: 30 }, parameters: { minDays: 35 } }, { parameters })).toMatchObject({
      order: 1,
      class: 'restart',
      downtime: 'short-restart',
      effort: 'hours',
      approval: 'none',
      text: 'Set 30 days on stprod.',
      willBreak: 'Clients of stprod reconnect.',
      az: ['az storage account update --name stprod --resource-group rg-prod --days 35'],
      files: [{ name: 'rules.json', content: '{"days": 35}' }],
      verify: `az storage account show --ids ${accountId('stprod')}`,
      unresolved: [],
    });
  });

  test('keeps a fail whose policy is not given, without commands', () => {
    const [step] = planOf([{ finding: fail({ policy: 'own-undeclared', because: 'found, and not declared' }) }], []);
    expect(step).toMatchObject({
      class: 'process',
      az: [],
      verify: null,
      text: expect.stringContaining('found, and not declared'),
    });
  });

  test('gives every step an id of its own that follows from the finding', () => {
    const findings = [fail(), fail({ resource: accountId('other') }), fail({ sub: 'x' })].map((finding) => ({
      finding,
    }));
    const ids = planOf(findings, [policy('st-lifecycle')]).map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    expect(ids).toContain(`step-${fail().id}`);
  });
});

describe('the responsibility matrix', () => {
  test('has its ten rows, each with a requirement of its own, a role and what the customer gives', () => {
    expect(Object.keys(responsibilities).sort()).toEqual([...activities].sort());
    const requirements = activities.map((activity) => responsibilities[activity].requirement);
    expect(requirements).toEqual([141, 142, 143, 144, 145, 146, 147, 148, 149, 150].map((number) => `REQ-${number}`));
    const roles = new Set(activities.map((activity) => responsibilities[activity].role));
    expect([...roles].sort()).toEqual(['PostgreSQL DBA', 'SRE', 'Security Engineer', 'Storage Engineer']);
  });

  test('is done by the provider, with the contact of the role', () => {
    const contacts = { 'security-engineer': { mail: 'sec@provider.example', party: 'provider' as const } };
    expect(ownerOf('encryption-setup', workload(contacts))).toEqual({
      role: 'Security Engineer',
      party: 'provider',
      contact: 'sec@provider.example',
      customerInput: 'key management',
    });
    expect(ownerOf('monitoring', workload(contacts))).toMatchObject({ party: 'provider', contact: null });
    expect(ownerOf('monitoring', null).contact).toBeNull();
  });

  test('gives way to a declaration that puts the role with the customer', () => {
    const contacts = { 'postgresql-dba': { mail: 'dba@customer.example', party: 'customer' as const } };
    expect(ownerOf('postgresql-deployment', workload(contacts))).toMatchObject({ party: 'customer' });
  });
});

describe('the approval of the customer', () => {
  const withTopic = (topic: string) => policy('p', {}, { metadata: { ...policy('p').metadata, topic } });

  test.each([
    'pg.cmk',
    'pg.cmk-geo-backup',
    'kv.key-rotation',
    'kv.purge-protection',
    'own.single-vault',
    'pg.public-access',
    'st.default-deny',
    'own.st-private',
    'pg.firewall-open',
    'net.pdns-link',
    'st.immutable',
    'pg.vnet',
  ])('is needed for %s, whatever the policy declares', (topic) => {
    const its = withTopic(topic);
    expect(approvalFor(its)).toBe('customer');
    expect(approvalFor({ ...its, remediation: { ...its.remediation, approval: 'none' } })).toBe('customer');
  });

  test.each([
    'st.lifecycle',
    'pg.tls-min',
    'st.tls-min',
    'pg.backup-retention',
    'pg.sku',
    'st.versioning',
    'mon.service-health',
  ])('is not needed for %s by itself', (topic) => {
    expect(approvalFor(withTopic(topic))).toBe('none');
  });

  test.each([
    'az keyvault key rotation-policy update --vault-name v --name k --value r.json',
    'az postgres flexible-server restore --name n --source-server s --key k --identity i',
    'az storage account update --name n --encryption-key-name k',
    'az storage account update --name n --public-network-access Disabled',
    'az storage account update --name n --default-action Deny',
    'az storage account network-rule add --account-name n --ip-address 203.0.113.1',
    'az network private-endpoint create --name pe',
    'az postgres flexible-server firewall-rule delete --name n --rule-name r',
    'az storage container immutability-policy lock --account-name n --container-name c',
    'az storage container legal-hold set --account-name n --container-name c --tags t',
    'az storage account update --name n --allow-shared-key-access false',
  ])('is needed where the commands touch keys, network or immutability: %s', (line) => {
    expect(approvalFor(policy('p', { az: [line] }))).toBe('customer');
  });

  test('is needed for what cannot be undone, and where the policy asks for it', () => {
    expect(approvalFor(policy('p', { class: 'irreversible' }))).toBe('customer');
    expect(approvalFor(policy('p', { approval: 'customer' }))).toBe('customer');
  });
});
