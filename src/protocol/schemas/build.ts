import * as z from 'zod/mini';
import type { Build } from '../../domain/build.ts';
import { listOf, one, type Wire } from './reader.ts';
import { block, str, text, time } from './wire.ts';

const wireBuild = () =>
  z.object({
    id: z.string(),
    app: text,
    description: text,
    entrypoint: text,
    'git-sha': text,
    logs: text,
    manifest: text,
    process: text,
    release: text,
    reason: text,
    repository: text,
    status: text,
    started: text,
    ended: text,
  });

function toBuild(wire: Wire<typeof wireBuild>): Build {
  return {
    id: str(wire.id),
    app: str(wire.app),
    description: str(wire.description),
    entrypoint: str(wire.entrypoint),
    gitSha: str(wire['git-sha']),
    logs: str(wire.logs),
    manifest: block(wire.manifest),
    process: str(wire.process),
    release: str(wire.release),
    reason: str(wire.reason),
    repository: str(wire.repository),
    status: str(wire.status) || 'unknown',
    startedAt: time(wire.started),
    endedAt: time(wire.ended),
  };
}

export const readBuild = one(wireBuild, toBuild);
export const readBuilds = listOf(wireBuild, toBuild);
