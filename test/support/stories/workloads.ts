import type { Stories } from './story.ts';

const IN_HAND =
  'processes-in-hand > runs a command, looks into a process, copies files there and back, leads a port to it and stops it';
const BROKE_OFF = 'processes-in-hand > tells what became of a command, a shell, a copy and a port that broke off';
const OF_A_DAY = 'actions-of-a-day > does one thing after the other from the dashboard, and all of them are proven';
const CONFIGURED =
  'config-changes > changes what an app is configured with, and tells of each change whether it is true now';
const TROUBLE = 'actions-that-fail > tells of each action what became of it: refused, lost, given up, failed';
const DEPLOYS =
  'deploys-that-end-badly > cancels one deploy, loses the end of another and half of a way back, and holds what is new in a freeze';
const BY_ROLE = 'actions-refused > shows a viewer every action with the reason why not, and sends nothing';
const BY_RULE =
  'actions-refused > holds what the config file forbids, asks for the name on a protected rack, and R closes everything';
const BACK_TO_HEALTHY =
  "on-call-actions > 8: roll back to the last release that stayed healthy, keeping today's env? Four keys and the confirmation";

/** Processes, services, apps, their environment and their deploys. */
export const WORKLOAD_STORIES: Stories = {
  'process.stop': { success: IN_HAND, refusal: BY_RULE, failure: TROUBLE },
  'process.exec': { success: IN_HAND, refusal: BY_ROLE, failure: BROKE_OFF },
  'process.run': { success: IN_HAND, refusal: BY_RULE, failure: BROKE_OFF },
  'process.copy-to': { success: IN_HAND, refusal: BY_ROLE, failure: BROKE_OFF },
  'process.copy-from': { success: IN_HAND, refusal: BY_ROLE, failure: BROKE_OFF },
  'process.proxy': { success: IN_HAND, refusal: BY_ROLE, failure: BROKE_OFF },
  'service.restart': { success: OF_A_DAY, refusal: BY_ROLE, failure: TROUBLE },
  'service.scale': { success: OF_A_DAY, refusal: BY_ROLE, failure: TROUBLE },
  'app.restart': { success: OF_A_DAY, refusal: BY_RULE, failure: CONFIGURED },
  'app.lock': { success: OF_A_DAY, refusal: BY_ROLE, failure: TROUBLE },
  'app.unlock': { success: OF_A_DAY, refusal: BY_ROLE, failure: CONFIGURED },
  'app.params': { success: OF_A_DAY, refusal: BY_ROLE, failure: CONFIGURED },
  'app.create': { success: OF_A_DAY, refusal: BY_ROLE, failure: TROUBLE },
  'app.delete': { success: OF_A_DAY, refusal: BY_RULE, failure: TROUBLE },
  'env.set': { success: OF_A_DAY, refusal: BY_ROLE, failure: TROUBLE },
  'env.unset': { success: CONFIGURED, refusal: BY_ROLE, failure: CONFIGURED },
  'env.edit': { success: CONFIGURED, refusal: BY_ROLE, failure: CONFIGURED },
  'release.promote': { success: OF_A_DAY, refusal: DEPLOYS, failure: TROUBLE },
  'release.rollback': { success: BACK_TO_HEALTHY, refusal: BY_ROLE, failure: DEPLOYS },
  'deploy.cancel': { success: DEPLOYS, refusal: BY_ROLE, failure: DEPLOYS },
  'certificate.renew': { success: CONFIGURED, refusal: BY_ROLE, failure: CONFIGURED },
};
