import { rmSync } from 'node:fs';
import type { GuideStage } from './guide-stage.ts';

const RACKS = ['staging', 'acme/eu', 'acme/prod'] as const;
const CLUSTERS = ['us-east-1/staging', 'eu-west-1/eu', 'us-east-1/prod'] as const;

/** What stands now; the result puts all of it back, so that one started program can be shown one spoiled world after the other. */
export function checkpoint(stage: GuideStage): () => void {
  const undo = [folders(stage), console_(stage), ...RACKS.map((name) => rack(stage, name)), account(stage)];
  return () => {
    for (const each of undo) each();
  };
}

function folders(stage: GuideStage): () => void {
  const [staging, eu] = [stage.folder('staging'), stage.folder('eu')];
  return () => {
    for (const [name, files] of [['staging', staging] as const, ['eu', eu] as const]) {
      // It may have become a file or a link.
      rmSync(stage.folderPath(name), { recursive: true, force: true });
      stage.setFolder(name, files);
    }
  };
}

function console_({ console }: GuideStage): () => void {
  const racks = [...console.racks].map(([name, entry]) => [name, { ...entry }, { ...entry.parameters }] as const);
  const runtimes = [...console.runtimes];
  return () => {
    console.racks.clear();
    for (const [name, entry, parameters] of racks) console.racks.set(name, { ...entry, parameters: { ...parameters } });
    Object.defineProperty(console, 'runtimes', { value: [...runtimes], configurable: true, writable: true });
    console.tokenExpired = false;
  };
}

function rack(stage: GuideStage, name: (typeof RACKS)[number]): () => void {
  const [found, kube] = [stage.rack(name), stage.kube(name)];
  const { status, version, provider } = found;
  const [maps, roles, bindings] = [[...kube.configMaps], [...kube.clusterRoles], [...kube.bindings]];
  const auth = { ...stage.awsAuth(name) };
  return () => {
    found.change((each) => void Object.assign(each, { status, version, provider }));
    for (const [key, map] of maps) kube.configMaps.set(key, map);
    stage.setAwsAuth(name, auth);
    kube.clusterRoles.clear();
    for (const role of roles) kube.clusterRoles.add(role);
    kube.bindings = [...bindings];
  };
}

function account(stage: GuideStage): () => void {
  const { aws } = stage;
  const roles = [...aws.roles].map(([name, role]) => {
    return [name, { ...role, attached: [...role.attached] }, new Map(role.inline)] as const;
  });
  const [policies, callerArn] = [[...aws.policies], aws.callerArn];
  const clusters = CLUSTERS.map((key) => {
    const cluster = stage.cluster(key);
    const { status, mode, version } = cluster;
    return { key, cluster, facts: { status, mode, version }, entries: [...cluster.entries] };
  });
  return () => {
    aws.roles.clear();
    for (const [name, role, inline] of roles) {
      aws.roles.set(name, { ...role, attached: [...role.attached], inline: new Map(inline) });
    }
    aws.policies.clear();
    for (const [arn, policy] of policies) aws.policies.set(arn, policy);
    for (const { key, cluster, facts, entries } of clusters) {
      // The nodes below look at this very one.
      Object.assign(cluster, facts);
      cluster.entries.clear();
      for (const [arn, entry] of entries) cluster.entries.set(arn, entry);
      aws.clusters.set(key, cluster);
    }
    Object.assign(aws, { callerArn, expired: false });
    aws.denied.clear();
  };
}
