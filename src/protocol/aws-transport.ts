/** One call of the AWS API, as the AWS command line names it; `input` and the answer have the members of the API reference. */
export interface AwsCall {
  readonly service: 'eks' | 'iam' | 'sts';
  /** `DescribeCluster`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Undefined: the one of the credential chain. */
  readonly region: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Who talks to AWS: the SDK (aws-sdk-transport.ts) or, for the demo, the simulator. Rejects with an error that has the `name` of
 * the API's own error codes (`ResourceNotFoundException`), as the SDK's have.
 */
export interface AwsTransport {
  send(call: AwsCall): Promise<unknown>;
  /** Region of the credential chain: `AWS_REGION`, the profile. */
  region(): Promise<string | undefined>;
  close(): void;
}
