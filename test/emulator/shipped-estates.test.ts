import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEstate } from '../../src/emulator/estate.ts';
import { emulatorFor, senderFor, version } from './clients.ts';

const estates = join(import.meta.dirname, '../../fixtures/estates');
const names = readdirSync(estates).filter((name) => existsSync(join(estates, name, 'estate.yaml')));

describe('an estate that is shipped', () => {
  it('exists', () => {
    expect(names).toContain('engram');
  });

  it.each(names)('%s is read and served', async (name) => {
    const estate = readEstate(join(estates, name));
    const emulator = await emulatorFor({ estate });
    const response = await senderFor(emulator)(`/subscriptions?${version}`);
    expect(Object(response.json).value).toHaveLength(estate.subscriptions.length - estate.unreadable.size);
    expect(estate.tables.resources?.length === 0).toBe(name === 'empty');
  });
});
