import { header } from './call.ts';
import type { GatewayState } from './gateway-state.ts';
import type { ProxiedCall } from './proxied-call.ts';
import { failure, Refused } from './reply.ts';

/** Policy refusals around builds, reported as 500 (gateway.md 6.3, 6.6). The archive itself is not opened here. */
export function checkBuild(state: GatewayState, call: ProxiedCall): void {
  if (call.match.route.path !== '/apps/{app}/builds' || call.match.permission !== 'convox:build:create') return;
  const app = call.match.parameters.app ?? '';
  const form = readForm(call);
  const commit = form.get('git-sha') ?? '';
  const patterns = state.settings.app(app, 'service_image_patterns').value;
  if (typeof patterns === 'object' && patterns !== null && Object.keys(patterns).length > 0) {
    if (commit === '')
      throw new Refused(failure(500, 'git-sha is required when image pattern validation is configured'));
    if ((form.get('url') ?? '') === '') throw new Refused(failure(500, 'build request missing object URL'));
  }
  if (commit === '' || call.identity.kind !== 'token' || call.approval !== undefined) return;
  if (!state.settings.flag('deploy_approvals_enabled')) return;
  const { token } = call.identity;
  const approved = state.approvals
    .list()
    .some(
      (row) =>
        row.target === token && row.app === app && row.gitCommit === commit && state.approvals.isOpenApproved(row),
    );
  if (!approved) throw new Refused(failure(500, `deployment approval required for git commit ${commit}`));
}

function readForm(call: ProxiedCall): URLSearchParams {
  const body = call.body.toString('utf8');
  const isForm = (header(call, 'content-type') ?? '').startsWith('application/x-www-form-urlencoded');
  if (isForm && /%(?![0-9a-fA-F]{2})/.test(body)) throw new Refused(failure(500, 'invalid build request body'));
  return new URLSearchParams(isForm ? body : '');
}
