/** A deploy approval request (gateway.md 7.5). `expired` is computed: the server never sets it. */
export interface Approval {
  readonly id: string;
  readonly message: string;
  readonly status: string;
  readonly app: string;
  readonly gitCommit: string;
  readonly gitBranch: string;
  readonly createdBy: string;
  readonly createdAt: number | undefined;
  /** API token that will deploy. */
  readonly token: string;
  readonly approvedBy: string;
  readonly rejectedBy: string;
  /** What the person who decided wrote. */
  readonly notes: string;
  readonly pullRequest: string;
  readonly approvalExpiresAt: number | undefined;
  readonly release: string;
  readonly build: string;
}
