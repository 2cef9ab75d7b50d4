import { describe, expect, it } from 'vitest';
import { EmulatorError } from '../../src/emulator/errors.ts';
import { armFaults, deniedSubscription, parseFault } from '../../src/emulator/faults.ts';

const good: [text: string, expected: Record<string, unknown>][] = [
  ['GET **/x:403', { method: 'GET', glob: '**/x', kind: 403, times: undefined }],
  ['get /subscriptions/*:503x2', { method: 'GET', glob: '/subscriptions/*', kind: 503, times: 2 }],
  ['* **:reset', { method: '*', glob: '**', kind: 'reset', times: undefined }],
  ['POST /a:b/c:badjsonx10', { method: 'POST', glob: '/a:b/c', kind: 'badjson', times: 10 }],
  ['  POST **/resources:TRUNCATED  ', { method: 'POST', glob: '**/resources', kind: 'truncated' }],
  ['POST **/resources:quotax1', { kind: 'quota', times: 1 }],
  ['GET /with space/x:404', { glob: '/with space/x', kind: 404 }],
];

const bad: [text: string, says: RegExp][] = [
  ['', /not of the form METHOD GLOB:FAULT\[xN\]/],
  ['GET', /not of the form/],
  ['GET **/x', /not of the form/],
  ['**/x:403', /not of the form/],
  ['FETCH **/x:403', /'FETCH' is none of GET, POST/],
  ['GET x:403', /'x' does not start with \/ or \*/],
  ['GET **/x:403x0', /x0 would never happen/],
  ['GET **/x:200', /'200' is neither an HTTP status from 400 to 599/],
  ['GET **/x:600', /'600' is neither/],
  ['GET **/x:explode', /'explode' is neither .* nor reset, badjson, truncated, quota/],
  ['GET **/x:403y2', /not of the form/],
];

describe('a fault', () => {
  it.each(good)('%j is read', (text, expected) => {
    expect(parseFault(text)).toMatchObject(expected);
  });

  it.each(bad)('%j is refused with a reason and an example', (text, says) => {
    const refuse = () => parseFault(text);
    expect(refuse).toThrow(EmulatorError);
    expect(refuse).toThrow(says);
    expect(refuse).toThrow(/Write for example 'GET \*\*\/managementPolicies\/default:403x2'/);
    expect(refuse).toThrow(expect.objectContaining({ code: 'fault-invalid' }));
  });

  it('with a count is used up, and the next one that matches takes over', () => {
    const next = armFaults(['GET **/x:429x2', 'GET **:500x1']);
    const kinds = ['/a/x', '/a/X', '/a/x', '/a/x', '/y'].map((path) => next('GET', path)?.kind);
    expect(kinds).toEqual([429, 429, 500, undefined, undefined]);
  });

  it('counts only requests of its method and path', () => {
    const next = armFaults(['POST /a:404x1']);
    expect([next('GET', '/a'), next('POST', '/b'), next('POST', '/a')?.kind, next('POST', '/a')]).toEqual([
      undefined,
      undefined,
      404,
      undefined,
    ]);
  });
});

describe('the fault that stands for a missing role', () => {
  it.each<[string, string | undefined]>([
    ['GET /subscriptions/ABC:403', 'abc'],
    ['* /subscriptions/abc:403', 'abc'],
    ['GET /subscriptions/abc:403x1', undefined],
    ['GET /subscriptions/abc:404', undefined],
    ['GET /subscriptions/*:403', undefined],
    ['GET /subscriptions/abc/**:403', undefined],
    ['POST /subscriptions/abc:403', undefined],
  ])('%s denies %s', (text, expected) => {
    expect(deniedSubscription(parseFault(text))).toBe(expected);
  });
});
