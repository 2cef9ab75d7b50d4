import { describe, expect, test } from 'vitest';
import { controlsCsv, errorsCsv, factsCsv, findingsCsv, planCsv, waiversCsv } from '../../src/report/csv.ts';
import { type ReportModel, reportModel } from '../../src/report/model.ts';
import {
  account,
  devServer,
  emptyInput,
  failing,
  hostileInput,
  largeInput,
  model,
  passing,
  server,
  step,
  unknown,
  vault,
  withFindings,
} from './support/estate.ts';

const text = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
const rows = (bytes: Uint8Array): readonly string[] => text(bytes).trimEnd().split('\n');

const oneFact = (value: unknown): ReportModel =>
  reportModel(
    withFindings([{ finding: passing({ id: 'f', policy: 'p', resource: 'r', name: 'n', facts: { fact: value } }) }]),
  );
const factCell = (value: unknown): string | undefined =>
  rows(factsCsv(oneFact(value), 'p'))[1]?.slice('r,n,prod,prod,pass,,'.length);

describe('CSV', () => {
  test('has a header row, LF line ends, UTF-8 without a byte order mark', () => {
    const csv = text(findingsCsv(model));
    expect(csv).toMatch(/^id,policy,title,topic,severity,/);
    expect(csv).not.toContain('\r');
    expect(csv.endsWith('\n')).toBe(true);
  });

  test('an empty list is a header row', () => {
    const empty = reportModel(emptyInput);
    for (const bytes of [findingsCsv(empty), controlsCsv(empty), waiversCsv(empty), errorsCsv(empty), planCsv([])]) {
      expect(rows(bytes)).toHaveLength(1);
    }
  });

  test.each([
    ['a formula', '=1+1', "'=1+1"],
    ['a plus', '+1', "'+1"],
    ['a minus in text', '-1', "'-1"],
    ['an at sign', '@SUM(A1)', "'@SUM(A1)"],
    ['a full-width equals sign', '＝1', "'＝1"],
    ['a formula with quotes', '=HYPERLINK("x","y")', `"'=HYPERLINK(""x"",""y"")"`],
    ['a tab first', '\t=1', '<U+0009>=1'],
    ['a carriage return first', '\r=1', '<U+000D>=1'],
    ['a negative number', -4, '-4'],
    ['a negative bigint', -(2n ** 60n), '-1152921504606846976'],
    ['a fraction', -0.5, '-0.5'],
    ['not a number', Number.NaN, '"""NaN"""'],
    ['a boolean', false, 'false'],
    ['null', null, ''],
    ['an empty text', '', ''],
    ['a comma', 'a,b', '"a,b"'],
    ['a quote', 'a"b', '"a""b"'],
    ['a line feed', 'a\nb', 'a<U+000A>b'],
    ['dynamic values', [{ a: null }], '"[{""a"":null}]"'],
    ['an array that begins a formula', ['=1'], '"[""=1""]"'],
    ['a right-to-left override', 'a\u202eb', 'a<U+202E>b'],
  ])('%s is one harmless cell', (_name, value, cell) => {
    expect(factCell(value)).toBe(cell);
  });

  test('a hostile name in a header or a cell starts no formula', () => {
    const facts = JSON.parse('{"=cmd":1,"__proto__":"=1+1","constructor":{"a":1}}');
    const hostile = reportModel(withFindings([{ finding: passing({ id: 'f', policy: 'p', facts }) }]));
    expect(rows(factsCsv(hostile, 'p'))[0]).toBe("id,name,environment,class,status,reason,'=cmd,__proto__,constructor");
    expect(rows(factsCsv(hostile, 'p'))[1]).toMatch(/,1,'=1\+1,"{""a"":1}"$/);
    expect(rows(findingsCsv(reportModel(hostileInput)))).toHaveLength(3);
  });
});

describe('findings.csv', () => {
  test('has one row a finding, passes included, in the order of the model', () => {
    expect(
      rows(findingsCsv(model))
        .slice(1)
        .map((row) => row.split(',')[0]),
    ).toEqual(model.findings.map(({ id }) => id));
  });

  test('a waived fail stays a fail and names its waiver', () => {
    const row = rows(findingsCsv(model)).find((line) => line.startsWith('f-waived'));
    expect(row).toContain(',fail,,W-2026-014,2027-01-31,,,dev,dev,');
  });

  test('keeps every row over several batches', () => {
    const many = rows(findingsCsv(reportModel(largeInput(12_345))));
    expect(many).toHaveLength(12_346);
    expect(new Set(many).size).toBe(12_346);
  });

  test('two runs give the same bytes', () => {
    expect(findingsCsv(reportModel(largeInput(100)))).toEqual(findingsCsv(reportModel(largeInput(100))));
  });
});

describe('facts/<policy>.csv', () => {
  test('has one row a resource of the population and one column a fact', () => {
    expect(rows(factsCsv(model, 'pg-cmk-enabled'))).toEqual([
      'id,name,environment,class,status,reason,keyUri,cores',
      `${devServer},engram-dev-pg,dev,dev,fail,,,2`,
      `${server},engram-prod-pg,prod,prod,fail,,,-4`,
    ]);
  });

  test('an unknown without a row still stands in the population with its reason', () => {
    expect(rows(factsCsv(model, 'kv-rotation-policy'))).toEqual([
      'id,name,environment,class,status,reason',
      `${vault},kv-engram-prod,prod,prod,unknown,access-denied`,
    ]);
  });

  test('dynamic facts are compact JSON', () => {
    expect(rows(factsCsv(model, 'st-tls'))[1]).toBe(
      `${account},engramprodrecords,prod,prod,pass,,TLS1_2,"[{""name"":""a""}]"`,
    );
  });

  test('a fact that shares a fixed name and differs from it stands beside it', () => {
    const finding = passing({ id: 'f', policy: 'p', resource: 'R', name: 'n', facts: { id: 'r', status: 'Ready' } });
    expect(rows(factsCsv(reportModel(withFindings([{ finding }])), 'p'))).toEqual([
      'id,name,environment,class,status,reason,fact_id,fact_status',
      'R,n,prod,prod,pass,,r,Ready',
    ]);
  });

  test('columns are those of all rows together', () => {
    const findings = [
      { finding: passing({ id: 'a', policy: 'p', resource: 'a', facts: { x: 1 } }) },
      { finding: passing({ id: 'b', policy: 'p', resource: 'b', facts: { y: 2 } }) },
    ];
    expect(rows(factsCsv(reportModel(withFindings(findings)), 'p'))[0]).toBe(
      'id,name,environment,class,status,reason,x,y',
    );
  });

  test('a policy that nobody judged is refused by name', () => {
    expect(() => factsCsv(model, 'nope')).toThrow(/No policy "nope" was judged/);
  });
});

describe('the other tables', () => {
  test('controls.csv has one row an item', () => {
    const lines = rows(controlsCsv(model));
    expect(lines).toHaveLength(7);
    expect(lines[1]).toBe(
      'engram-platform@2026.1,AI-SEC-01,Data encryption for the record and recall planes,not-met,security-engineer,' +
        'AI-SEC-01.1,Both stores use keys of the customer,not-met,pg-cmk-enabled fails on 1 resource.,REQ-126,' +
        'pg-cmk-enabled (required) | kv-previous-version-overlap (informative),2,1,1,0,0,,,,' +
        'A statement says yes while pg-cmk-enabled fails.,nist-ai-rmf@1.0#MEASURE 2.7 (supports)',
    );
  });

  test('waivers.csv has waivers and attestations with their states', () => {
    expect(rows(waiversCsv(model)).map((line) => line.split(',').slice(0, 5))).toEqual([
      ['kind', 'id', 'covers', 'environments', 'state'],
      ['Waiver', 'W-2026-014', 'pg-cmk-enabled', 'dev', 'near-expiry'],
      ['Attestation', 'A-2026-031', 'engram-platform@2026.1#AI-SEC-01.3', 'prod', 'valid'],
    ]);
    expect(rows(waiversCsv(model))[1]).toContain(',dba@provider.example,ciso@customer.example,customer,low,');
  });

  test('errors.csv has denials and truncated answers, and not what was absent', () => {
    expect(rows(errorsCsv(model))).toEqual([
      'read,where,outcome,rows,status,code,message,attempts,permission,at',
      `microsoft.dbforpostgresql/flexibleservers/configurations,${server},truncated,100,,,,,,2026-11-12T02:00:00.0000000Z`,
      `microsoft.keyvault/vaults/keys,${vault},denied,0,403,Forbidden,The caller may not list keys.,3,` +
        'Microsoft.KeyVault/vaults/keys/read,2026-11-12T02:00:00.0000000Z',
    ]);
  });

  test('plan.csv has one row a step with its whole command lines', () => {
    const lines = rows(
      planCsv([
        step(1, { az: ["az a 'b'", 'az c'], unresolved: ['vault'], text: '=1', willBreak: null, verify: null }),
      ]),
    );
    expect(lines[1]).toContain("'=1,,az a 'b' && az c,,,vault");
  });

  test('an error without a read beside it is listed as well', () => {
    const header = {
      ...model,
      ...withFindings([{ finding: failing({ id: 'x' }) }, { finding: unknown({ id: 'y' }) }]).header,
    };
    const alone = reportModel({ ...withFindings([]), header: { ...header, reads: [] } });
    expect(alone.scope.unread.map(({ outcome, rows: count, at }) => ({ outcome, count, at }))).toEqual([
      { outcome: 'denied', count: 0, at: null },
    ]);
  });
});
