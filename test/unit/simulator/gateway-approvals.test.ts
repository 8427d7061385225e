import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, type Fixture, openSocket, startFixture } from './gateway-fixture.ts';

const ADMIN = 'admin@example.com';
const COMMIT = 'a'.repeat(40);
const BASE = '/deploy-approval-requests';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
  fixture.rack.routes['GET /apps/web'] = { name: 'web' };
});
afterEach(() => fixture.close());

const ask = (token: string, more: Record<string, unknown> = {}) =>
  fixture.send(`POST ${BASE}`, {
    token,
    json: { message: 'ship it', app: 'web', git_commit_hash: COMMIT, target_api_token: 'ci-pipeline', ...more },
  });
const act = (verb: string, id: string, json?: unknown) =>
  fixture.send(`POST ${BASE}/${id}/${verb}`, {
    token: fixture.session('admin'),
    headers: { 'x-mfa-totp': fixture.freshCode(ADMIN) },
    ...(json === undefined ? {} : { json }),
  });
const created = async (more: Record<string, unknown> = {}): Promise<string> => {
  const answer = await ask(fixture.session('deployer'), more);
  expect(answer.status).toBe(201);
  return (answer.json() as { public_id: string }).public_id;
};
const listed = async (query = '', role = 'admin') =>
  (
    (await fixture.send(`GET ${BASE}${query}`, { token: fixture.session(role) })).json() as {
      deploy_approval_requests: { public_id: string; status: string }[];
    }
  ).deploy_approval_requests;
const brief = (answer: Answer) => [answer.status, (answer.json() as { error?: string }).error];

describe('asking', () => {
  it('creates a pending request that its creator may follow', async () => {
    const id = await created({ git_branch: 'fix', ci_metadata: { workflow_id: 'w' } });
    const token = fixture.session('deployer');
    const own = await fixture.send(`GET ${BASE}/${id}`, { token });
    expect(own.json()).toMatchObject({
      public_id: id,
      status: 'pending',
      app: 'web',
      git_commit_hash: COMMIT,
      git_branch: 'fix',
      ci_metadata: { workflow_id: 'w' },
      created_by_email: 'deployer@example.com',
      target_api_token_name: 'ci-pipeline',
    });
    expect(own.json()).not.toHaveProperty('approved_at');
    expect(brief(await fixture.send(`GET ${BASE}`, { token }))).toEqual([403, 'insufficient permissions']);
    const other = await fixture.send(`GET ${BASE}/${id}`, { token: fixture.session('ops') });
    expect(brief(other)).toEqual([403, 'insufficient permissions']);
  });

  it('answers the existing request itself to a second one, expired or not', async () => {
    const id = await created();
    const again = await ask(fixture.session('deployer'));
    expect([again.status, again.json()]).toEqual([409, expect.objectContaining({ public_id: id, status: 'pending' })]);
    expect(again.json()).not.toHaveProperty('error');
    await act('approve', id);
    fixture.clock.ms += 3_600_000;
    expect((await ask(fixture.session('deployer'))).status).toBe(409);
    await created({ git_commit_hash: 'b'.repeat(40) });
  });

  it.each([
    [{ message: '' }, 400, 'message is required'],
    [{ app: '' }, 400, 'app is required'],
    [{ git_commit_hash: '' }, 400, 'git_commit_hash is required'],
    [{ target_api_token: '' }, 400, 'target_api_token_id or target_api_token is required'],
    [{ ci_metadata: 'x' }, 400, 'invalid ci_metadata'],
    [{ target_api_token: 'unknown' }, 404, 'api token not found'],
    [{ app: 'none' }, 404, "app 'none' not found"],
  ])('refuses %j', async (more, status, error) => {
    expect(brief(await ask(fixture.session('deployer'), more))).toEqual([status, error]);
  });

  it('refuses by role, by target and by setting', async () => {
    expect(brief(await ask(fixture.session('ops')))).toEqual([
      403,
      'you do not have permission to request a deploy approval',
    ]);
    const { token } = fixture.gateway.issueApiToken('other', 'deployer@example.com', []);
    expect(brief(await ask(token))).toEqual([403, 'not authorized for target token']);
    expect((await ask(token, { target_api_token: undefined })).status).toBe(201);
    await fixture.close();
    fixture = await startFixture({ settings: { deploy_approvals_enabled: false } });
    expect(brief(await ask(fixture.session('deployer')))).toEqual([404, 'deploy approvals feature is disabled']);
  });

  it('holds apps with a repository to their branches', async () => {
    await fixture.send('PUT /apps/web/settings/vcs-ci-deploy', {
      token: fixture.session('admin'),
      headers: { 'x-mfa-totp': fixture.freshCode(ADMIN) },
      json: { vcs_repo: 'example/web' },
    });
    const token = fixture.session('deployer');
    expect(brief(await ask(token))).toEqual([400, 'git_branch is required for GitHub verification']);
    expect(brief(await ask(token, { git_branch: 'main' }))).toEqual([
      400,
      "deploying from default branch 'main' is not allowed",
    ]);
    expect((await ask(token, { git_branch: 'fix' })).status).toBe(201);
  });
});

describe('deciding', () => {
  it('approves for a window, extends it, and never calls it expired', async () => {
    const id = await created();
    const approved = await act('approve', id, { notes: 'fine' });
    expect(approved.json()).toMatchObject({ status: 'approved', approval_notes: 'fine', approved_by_email: ADMIN });
    const expiry = (answer: Answer) =>
      Date.parse((answer.json() as { approval_expires_at: string }).approval_expires_at) - fixture.clock.ms;
    expect(expiry(approved)).toBe(15 * 60_000);
    fixture.clock.ms += 3_600_000;
    expect(await listed('?status=approved')).toHaveLength(1);
    expect(await listed('?only_open=true&status=approved')).toHaveLength(0);
    expect(expiry(await act('extend', id))).toBe(15 * 60_000);
    expect(await listed('?only_open=true&status=rejected')).toHaveLength(1);
  });

  it('rejects once; what is not pending is not found', async () => {
    const id = await created();
    expect(brief(await act('extend', id))).toEqual([404, 'deploy approval request not found or not approved']);
    expect((await act('reject', id)).json()).toMatchObject({ status: 'rejected', rejected_by_email: ADMIN });
    expect(brief(await act('approve', id))).toEqual([404, 'deploy approval request not found']);
    expect((await ask(fixture.session('deployer'))).status).toBe(201);
  });

  it('needs a factor each time, and an admin', async () => {
    const id = await created();
    const bare = await fixture.send(`POST ${BASE}/${id}/approve`, { token: fixture.session('admin') });
    expect([bare.status, bare.headers['x-mfa-required']]).toEqual([401, 'always']);
    const deployer = await fixture.send(`POST ${BASE}/${id}/approve`, {
      token: fixture.session('deployer'),
      headers: { 'x-mfa-totp': fixture.freshCode('deployer@example.com') },
    });
    expect(brief(deployer)).toEqual([403, 'insufficient permissions']);
  });

  it.each([
    ['no-uuid', 500, 'failed to load deploy approval request'],
    ['00000000-0000-4000-8000-000000000000', 404, 'deploy approval request not found'],
  ])('answers for the id %s', async (id, status, error) => {
    expect(brief(await fixture.send(`GET ${BASE}/${id}`, { token: fixture.session('admin') }))).toEqual([
      status,
      error,
    ]);
  });

  it('lists newest first, by app, branch and commit, in pages', async () => {
    const first = await created({ git_branch: 'one' });
    fixture.clock.ms += 1000;
    const second = await created({ git_commit_hash: 'bbbb', git_branch: 'two' });
    expect((await listed()).map((row) => row.public_id)).toEqual([second, first]);
    expect((await listed('?limit=1&offset=1')).map((row) => row.public_id)).toEqual([first]);
    expect((await listed('?git_commit=bb')).map((row) => row.public_id)).toEqual([second]);
    expect((await listed('?git_branch=one&app=web')).map((row) => row.public_id)).toEqual([first]);
    expect(await listed('?app=none')).toEqual([]);
    const negative = await fixture.send(`GET ${BASE}?limit=-1`, { token: fixture.session('admin') });
    expect(brief(negative)).toEqual([400, 'limit must be non-negative']);
  });

  it('keeps raw audit rows per request', async () => {
    const id = await created();
    await act('approve', id);
    const answer = await fixture.send(`GET ${BASE}/${id}/audit-logs`, { token: fixture.session('admin') });
    expect(answer.json()).toMatchObject({
      total: 2,
      logs: [{ action: 'deploy_approval_request.approve' }, { action: 'deploy_approval_request.create' }],
    });
  });
});

describe('a pipeline under an approval', () => {
  let token: string;
  const approve = async () => {
    token = fixture.gateway.issueApiToken('robot', 'deployer@example.com', [
      'convox:deploy:deploy_with_approval',
    ]).token;
    const id = await created({ target_api_token: 'robot' });
    await act('approve', id);
    return id;
  };
  const run = (target: string, headers: Record<string, string> = {}) => fixture.proxy(target, { token, headers });

  beforeEach(() => {
    Object.assign(fixture.rack.routes, {
      'POST /apps/web/objects/tmp/a.tgz': { Url: 'object://web/a.tgz' },
      'POST /apps/web/builds': { id: 'BNEW', release: '' },
      'GET /apps/web/builds/BNEW': { id: 'BNEW', release: 'RNEW' },
      'GET /apps/web/builds/BOLD': { id: 'BOLD', release: 'ROLD' },
      'GET /apps/web/releases/RNEW': { id: 'RNEW', env: '' },
      'POST /apps/web/services/web/processes': { id: 'p1' },
      'DELETE /apps/web/processes/p1': {},
      'POST /apps/web/releases/RNEW/promote': {},
    });
  });

  it('goes from upload to promotion, each step once', async () => {
    const id = await approve();
    expect((await run('POST /apps/web/objects/tmp/a.tgz')).status).toBe(200);
    const second = await run('POST /apps/web/objects/tmp/a.tgz');
    expect([second.status, second.text]).toEqual([
      409,
      'an archive has already been uploaded for this deploy approval request\n',
    ]);
    expect((await run('POST /apps/web/releases/RNEW/promote')).status).toBe(403);
    expect((await run('POST /apps/web/builds')).status).toBe(200);
    expect((await run('POST /apps/web/builds')).text).toBe(
      'a build has already been created for this deploy approval request\n',
    );
    expect((await run('GET /apps/web/builds/BOLD')).status).toBe(403);
    expect((await run('GET /apps/web/builds/BNEW')).status).toBe(200);
    expect((await run('GET /apps/web/releases/RNEW')).status).toBe(200);
    const start = (command: string) => run('POST /apps/web/services/web/processes', { command, release: 'RNEW' });
    expect((await start('sleep 3600')).status).toBe(200);
    fixture.rack.sockets['/apps/web/processes/p1/exec'] = (socket) => socket.send('ok');
    const exec = await openSocket(fixture, '/apps/web/processes/p1/exec', token, { command: 'rake db:migrate' });
    await exec.frame((frame) => frame.data === 'ok');
    expect((await run('DELETE /apps/web/processes/p2')).status).toBe(403);
    expect((await run('DELETE /apps/web/processes/p1')).status).toBe(200);
    expect((await run('POST /apps/web/releases/RNEW/promote')).status).toBe(200);
    expect((await run('POST /apps/web/releases/RNEW/promote')).text).toBe(
      'this deploy approval request has already been deployed\n',
    );
    const row = await fixture.send(`GET ${BASE}/${id}`, { token: fixture.session('admin') });
    expect(row.json()).toMatchObject({
      status: 'deployed',
      object_url: 'object://web/a.tgz',
      build_id: 'BNEW',
      release_id: 'RNEW',
      process_ids: ['p1'],
      exec_commands: { p1: ['rake db:migrate'] },
    });
  });

  it('is held to approved commands', async () => {
    await approve();
    await run('POST /apps/web/builds');
    await run('GET /apps/web/builds/BNEW');
    await fixture.send('PUT /apps/web/settings/approved-deploy-commands', {
      token: fixture.session('admin'),
      json: ['rake db:migrate'],
    });
    const start = (command: string) => run('POST /apps/web/services/web/processes', { command, release: 'RNEW' });
    const refused = await start('rm -rf /');
    expect([refused.status, refused.json()]).toEqual([500, { error: 'command not approved: rm -rf /' }]);
    expect((await start(' rake db:migrate ')).status).toBe(200);
    const exec = await run('GET /apps/web/processes/p1/exec', { command: 'sh' });
    expect([exec.status, exec.text]).toEqual([403, "You don't have permission to run processes.\n"]);
  });

  it('may do nothing without one, after its end, or for another app', async () => {
    await approve();
    expect((await run('POST /apps/other/builds')).status).toBe(403);
    fixture.clock.ms += 16 * 60_000;
    expect((await run('POST /apps/web/builds')).status).toBe(403);
  });

  it('is free where approvals are off', async () => {
    await fixture.close();
    fixture = await startFixture({ settings: { deploy_approvals_enabled: false } });
    fixture.rack.routes['POST /apps/web/builds'] = { id: 'B' };
    token = fixture.gateway.issueApiToken('robot', ADMIN, ['convox:deploy:deploy_with_approval']).token;
    expect((await run('POST /apps/web/builds')).status).toBe(200);
  });

  it('needs an approval per commit even with a direct build permission', async () => {
    await approve();
    token = fixture.gateway.issueApiToken('direct', ADMIN, ['convox:build:create']).token;
    const build = (sha: string) =>
      fixture.proxy('POST /apps/web/builds', {
        token,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(sha === '' ? { url: 'object://x' } : { 'git-sha': sha }).toString(),
      });
    expect((await build('')).status).toBe(200);
    expect((await build('c0ffee')).json()).toEqual({ error: 'deployment approval required for git commit c0ffee' });
  });

  it('refuses builds by image policy with a 500', async () => {
    await fixture.send('PUT /apps/web/settings/service-image-patterns', {
      token: fixture.session('admin'),
      json: { web: 'registry/.*' },
    });
    const answer = await fixture.proxy('POST /apps/web/builds', { token: fixture.session('deployer') });
    expect(brief(answer)).toEqual([500, 'git-sha is required when image pattern validation is configured']);
  });
});
