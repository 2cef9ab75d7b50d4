import { type Answer, armError } from './answer.ts';
import { parseAddress } from './resource-id.ts';

/** Resource Manager's 403: who was refused which action over which scope. */
export function authorizationFailed(
  path: string,
  principal: { readonly objectId: string; readonly appId: string },
): Answer {
  const address = parseAddress(path);
  const scope = (address?.collection === true ? address.parentId : address?.path) || path;
  return armError(
    403,
    'AuthorizationFailed',
    `The client '${principal.appId}' with object id '${principal.objectId}' does not have authorization to perform ` +
      `action '${actionOf(path)}' over scope '${scope}' or the scope is invalid. If access was recently granted, ` +
      'please refresh your credentials.',
  );
}

/** The action that reading a path takes, as Azure names it: `Microsoft.Storage/storageAccounts/read`. */
export function actionOf(path: string): string {
  const type = parseAddress(path)?.type ?? 'Microsoft.Resources/tenants';
  const known = type.replace(
    /^Microsoft\.Resources\/resourceGroups$/i,
    'Microsoft.Resources/subscriptions/resourceGroups',
  );
  return `${known}/read`;
}
