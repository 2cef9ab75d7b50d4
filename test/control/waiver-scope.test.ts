import { describe, expect, test } from 'vitest';
import { inWaiverScope, scopeFault, type WaiverScope } from '../../src/control/waiver-scope.ts';
import { serverId } from './build.ts';

const rg = '/subscriptions/3333/resourceGroups/rg-prod';
const wide = (subject: string): WaiverScope => ({ subjects: [subject], breadth: 'wide' });
const narrow = (subject: string): WaiverScope => ({ subjects: [subject] });

describe('what a waiver is written for', () => {
  test.each<[string, WaiverScope, string, boolean]>([
    ['an id covers itself', narrow(serverId('pg1')), serverId('pg1'), true],
    ['an id compares without regard to case', narrow(serverId('PG1').toUpperCase()), serverId('pg1'), true],
    ['an id does not cover a longer name', narrow(serverId('pg1')), serverId('pg10'), false],
    ['an id does not cover what is below it', narrow(serverId('pg1')), `${serverId('pg1')}/configurations/x`, false],
    ['a pattern covers names in its segment', narrow(serverId('pg-*-dev')), serverId('pg-a-dev'), true],
    ['a pattern asks for all of its parts', narrow(serverId('pg-*-dev')), serverId('pg-a-prod'), false],
    ['a star never reaches over a slash', narrow(`${rg}/providers/*`), serverId('pg1'), false],
    ['a star covers no further segment', narrow(serverId('*')), `${serverId('pg1')}/configurations/x`, false],
    ['a star covers an empty stretch', narrow(serverId('pg1*')), serverId('pg1'), true],
    ['other pattern characters stand for themselves', narrow(serverId('pg.')), serverId('pg1'), false],
    ['a resource group without breadth covers only itself', narrow(rg), serverId('pg1'), false],
    ['a wide resource group covers what is below', wide(rg), serverId('pg1'), true],
    ['a wide resource group ends at its name', wide(rg), serverId('pg1', 'rg-prod2'), false],
    ['a wide subscription covers what is below', wide('/subscriptions/3333'), serverId('pg1'), true],
    ['a wide subscription covers itself', wide('/subscriptions/3333/'), '/subscriptions/3333', true],
    ['a wide resource does not cover its children', wide(serverId('pg1')), `${serverId('pg1')}/a/b`, false],
    ['a workload subject is an id of two segments', narrow('workload/*'), 'workload/prod', true],
  ])('%s', (_, scope, resource, expected) => {
    expect(inWaiverScope(scope, resource, 'prod')).toBe(expected);
  });

  test('environments limit it, and what belongs to no environment is then outside', () => {
    const scope = { subjects: [serverId('pg1')], environments: ['dev'] };
    expect(['dev', 'prod', null].map((name) => inWaiverScope(scope, serverId('pg1'), name))).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('a pattern of many stars is answered at once, where a regular expression would not come back', () => {
    const scope = narrow(`/${'a*'.repeat(200)}b`);
    expect(inWaiverScope(scope, `/${'a'.repeat(5_000)}`, null)).toBe(false);
  });
});

describe('scopes that are refused', () => {
  test.each<[string, WaiverScope, RegExp | null]>([
    ['a subscription without breadth', narrow('/subscriptions/3333'), /breadth: wide/],
    ['a subscription by pattern', narrow(serverId('pg1').replace('3333', '*')), /breadth: wide/],
    ['any resource group', narrow(serverId('pg1', '*')), /breadth: wide/],
    ['everything', narrow('*'), /breadth: wide/],
    ['two segments with patterns', narrow(serverId('*', 'rg-*')), /2 segments/],
    ['two segments with patterns, wide', wide(serverId('*', '*')), /2 segments/],
    ['a subscription that says wide', wide('/subscriptions/3333'), null],
    ['one resource group pattern', narrow(serverId('pg1', 'rg-dev-*')), null],
    ['a name pattern', narrow(serverId('*')), null],
  ])('%s', (_, scope, expected) => {
    const fault = scopeFault(scope);
    if (expected === null) expect(fault).toBeNull();
    else expect(fault).toMatch(expected);
  });
});
