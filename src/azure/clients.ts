import { PostgreSQLManagementFlexibleServerClient } from '@azure/arm-postgresql-flexible';
import { StorageManagementClient } from '@azure/arm-storage';
import { openArm } from './arm.ts';
import type { Connection } from './connection.ts';
import type { Clients } from './readers.ts';

/** One client for each subscription, made when first asked for, and one raw reader for all. */
export function openClients(connection: Connection): Clients {
  const { credential, clientOptions } = connection;
  const postgres = once((id) => new PostgreSQLManagementFlexibleServerClient(credential, id, clientOptions));
  const storage = once((id) => new StorageManagementClient(credential, id, clientOptions));
  return { postgres, storage, arm: openArm(connection) };
}

function once<T>(make: (subscriptionId: string) => T): (subscriptionId: string) => T {
  const made = new Map<string, T>();
  return (id) => {
    const client = made.get(id) ?? make(id);
    made.set(id, client);
    return client;
  };
}
