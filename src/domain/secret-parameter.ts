/** What stands in place of a value that nobody may read off a screen. */
export const HIDDEN = '****';

/** Parameters that the convox CLI masks (convox-api.md 6.1). */
const KNOWN: ReadonlySet<string> = new Set(
  [
    'docker_hub_password',
    'secret_key',
    'token',
    'access_id',
    'private_eks_host',
    'private_eks_user',
    'private_eks_pass',
    'webhook_signing_key',
    'Password',
    'HttpProxy',
  ].map(plain),
);

/** Names that mean the same and that the list has not heard of yet: hiding one too many costs less than one too few. */
const TELLING =
  /password|passwd|passphrase|secret|token|credential|privatekey|signingkey|apikey|accesskey|accessid|httpproxy|pass$/;

/** The rule for names, of which texts have a wider form (secret-text.ts). Does a value of this name open something? `docker_hub_password`, `HttpProxy`, `api-key`. */
export function isSecretParameter(name: string): boolean {
  const text = plain(name);
  return KNOWN.has(text) || TELLING.test(text);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
