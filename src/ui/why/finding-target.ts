import type { Evidence, Finding } from '../../domain/finding.ts';
import { logPlace } from '../../resources/findings.ts';
import type { Destination } from '../navigation/location.ts';

/** Where more about a line of evidence is; undefined where it names nothing that can be opened. */
export function evidenceTarget(rack: string, finding: Finding, evidence: Evidence): Destination | undefined {
  const { kind, id } = evidence;
  const place = finding.app === '' ? {} : { app: finding.app };
  switch (kind) {
    case 'process':
    case 'log':
      if (finding.app === '') return undefined;
      return { view: 'logs', rack, place: id === undefined ? logPlace(finding, {}) : { ...place, process: id } };
    case 'service':
      return { view: 'processes', rack, place: { ...place, ...(id === undefined ? {} : { service: id }) } };
    case 'release':
      return finding.app === '' ? undefined : { view: 'releases', rack, place, filter: id };
    case 'build':
      return finding.app === '' ? undefined : { view: 'builds', rack, place, filter: id };
    case 'node':
      return { view: 'instances', rack, place: {}, filter: id };
    case 'certificate':
      return { view: 'certificates', rack, place: {}, filter: id };
    case 'budget':
      return finding.app === '' ? undefined : { view: 'budget', rack, place };
    default:
      return undefined;
  }
}

/** Where to go on from a finding: the first thing that its evidence names, else what it is about. */
export function findingTarget(rack: string, finding: Finding): Destination {
  for (const evidence of finding.evidence) {
    const target = evidence.id === undefined ? undefined : evidenceTarget(rack, finding, evidence);
    if (target) return target;
  }
  if (finding.app === '') return { view: 'instances', rack, place: {} };
  if (finding.release !== undefined) {
    return { view: 'releases', rack, place: { app: finding.app }, filter: finding.release };
  }
  return { view: 'processes', rack, place: { app: finding.app } };
}
