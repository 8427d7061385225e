import type { SimulatedRack } from '../../src/simulator/world/simulated-rack.ts';

/** No text that leaves the machine may hold this. */
export const PLANTED = 'PLANTEDs3cr3t';

/** Puts a secret into everything of a rack that can hold one; the names of its places say which one leaked. */
export function plantSecrets(rack: SimulatedRack): void {
  rack.change(() => {
    rack.parameters = { ...rack.parameters, DockerPassword: `${PLANTED}-rack-parameter` };
    rack.registries.push({ server: 'registry.example.com', username: 'ci', password: `${PLANTED}-registry` });
    for (const app of rack.apps.values()) {
      app.parameters = { ...app.parameters, ApiToken: `${PLANTED}-app-parameter` };
      app.configs.set('settings', `${PLANTED}-config`);
      app.resources.push({
        name: 'planted',
        type: 'postgres',
        url: `postgres://app:${PLANTED}-url@db/app`,
        status: 'running',
        parameters: { password: `${PLANTED}-resource` },
      });
      app.objects.set('planted', Buffer.from(`${PLANTED}-object`));
      for (const [index, release] of app.releases.entries()) {
        app.releases[index] = {
          ...release,
          env: `${release.env}\nPLAIN_NAME=${PLANTED}-env-${index % 2}\nPEM=line\n${PLANTED}/of+a/key==`,
          manifest: `${release.manifest}\nenvironment:\n  - DEFAULT=${PLANTED}-manifest\n`,
          description: `${release.description} STRIPE_KEY=${PLANTED}-description`,
        };
      }
      for (const build of app.builds) {
        build.description = `${build.description} --token ${PLANTED}-build`;
        build.reason = build.reason && `PASSWORD=${PLANTED}-reason`;
        build.manifest = `${build.manifest}\n# ${PLANTED}-comment\n`;
      }
      app.events.push({
        at: rack.now() - 60_000,
        object: 'planted',
        message: `could not pull with password=${PLANTED}-event`,
        type: 'Warning',
        reason: 'Failed',
      });
    }
    for (const pod of rack.pods.values()) {
      Object.assign(pod, { command: `${pod.command} --password ${PLANTED}-command` });
      if (pod.fate.kind !== 'crash-loop') continue;
      pod.fate = { ...pod.fate, exception: [...pod.fate.exception, `ERROR DB_PASSWORD=${PLANTED}-log was refused`] };
    }
  });
}
