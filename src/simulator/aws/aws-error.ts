/** An error as the AWS API has it: `name` is its code. */
export class AwsError extends Error {
  override readonly name: string;
  readonly $metadata: { readonly httpStatusCode: number; readonly requestId: string };

  constructor(name: string, message: string, status = 400) {
    super(message);
    this.name = name;
    this.$metadata = { httpStatusCode: status, requestId: '00000000-0000-4000-8000-000000000000' };
  }
}

export const notFound = (message: string): AwsError => new AwsError('ResourceNotFoundException', message, 404);
export const noSuchEntity = (message: string): AwsError => new AwsError('NoSuchEntityException', message, 404);
