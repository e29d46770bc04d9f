/**
 * Any application may take the scheme of another, or listen on the loopback: what comes from there is answered when its
 * person has signed in for it, and never from a session alone (RFC 8252 §8.6). An https address that the system gives to
 * one application alone is told apart, and is answered as a web client's.
 */
import { interactionPolicy } from 'oidc-provider';
import { isHttps } from '../web-address.ts';

const NAME = 'native_client_prompt';

/** The library asks of every native client for a consent that nobody would see here: this asks for the sign-in. */
export function askOfNativeClients(policy: interactionPolicy.DefaultPolicy): void {
  policy.get('consent')?.checks.remove(NAME);
  policy.get('login')?.checks.add(
    new interactionPolicy.Check(
      NAME,
      'native clients require End-User interaction',
      'interaction_required',
      ({ oidc }) => {
        const isTold = isHttps(String(oidc.params?.redirect_uri));
        return oidc.client?.applicationType === 'native' && !isTold && !oidc.result?.login;
      },
    ),
  );
}
