import { AWS_HAZARDS } from './aws-hazards.ts';
import type { HazardVisit } from './hazard-story.ts';
import { RACK_MOVE_HAZARDS } from './rack-move-hazards.ts';

/** One afternoon with guides, from the first look to done and back; the scenario holds its own screen and journal against it. */
export interface HappyStory {
  /** Guides that are opened, with the rack, in order. */
  readonly visits: readonly string[];
  /** Changes as the journal has them in the end, each verified: a step that is there twice was taken back. */
  readonly journal: readonly string[];
  /** Ways of guides that have several. */
  readonly ways: readonly string[];
}

export const HAPPY = {
  local: {
    visits: [
      'staging rack-move',
      'staging console-role',
      'staging aws-integration',
      'staging iam-review',
      'staging console-role',
      'staging rack-move',
      'staging console-role',
    ],
    journal: ['console-role/aws-auth-mapping', 'rack-move/backup', 'rack-move/backup', 'console-role/aws-auth-mapping'],
    ways: ['rack-move local-to-console', 'console-role aws-auth'],
  },
  viewers: {
    visits: [
      'acme/eu eks-viewing',
      'prod eks-viewing',
      'prod console-role',
      'acme/eu eks-viewing',
      'prod eks-viewing',
      'acme/eu eks-viewing',
    ],
    journal: [
      'eks-viewing/mapping',
      'eks-viewing/mapping',
      'console-role/access-entry',
      'console-role/access-entry',
      'eks-viewing/mapping',
      'eks-viewing/mapping',
    ],
    ways: ['eks-viewing user', 'eks-viewing role', 'console-role access-entry'],
  },
  console: {
    visits: ['acme/eu rack-move', 'acme/eu access-entries'],
    journal: ['rack-move/backup', 'rack-move/backup', 'access-entries/enable'],
    ways: ['rack-move console-to-local', 'rack-move org-to-org'],
  },
} as const satisfies Readonly<Record<string, HappyStory>>;

export const HAZARD_VISITS: readonly HazardVisit[] = [...RACK_MOVE_HAZARDS, ...AWS_HAZARDS];
