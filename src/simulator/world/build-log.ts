import type { AppState, BuildState } from './app.ts';
import type { LogLine } from './app-log.ts';

const STEPS = [
  'Authenticating https://012345678901.dkr.ecr.us-east-1.amazonaws.com: Login Succeeded',
  'Building: .',
  'Sending build context to Docker daemon  4.311MB',
  'Step 1/9 : FROM ruby:3.3-slim',
  ' ---> 5f1a0b7c92de',
  'Step 2/9 : WORKDIR /app',
  ' ---> Using cache',
  'Step 3/9 : COPY Gemfile Gemfile.lock ./',
  ' ---> Using cache',
  'Step 4/9 : RUN bundle install --jobs 4',
  'Fetching gem metadata from https://rubygems.org/.........',
  'Installing rack 3.1.8',
  'Installing puma 6.4.3 with native extensions',
  'Bundle complete! 38 Gemfile dependencies, 121 gems now installed.',
  'Step 5/9 : COPY . .',
  'Step 6/9 : RUN bin/rails assets:precompile',
  'Compiling… 214 assets ✓',
  'Step 7/9 : ENV PORT=3000',
  'Step 8/9 : EXPOSE 3000',
  'Step 9/9 : CMD ["bin/web"]',
  'Successfully built 7c0d9be1f5a2',
];

/** Output of a build, spread evenly over its running time; a pure function of the build. */
export function buildLines(app: AppState, build: BuildState, from: number, to: number): LogLine[] {
  const start = build.plan.runningAt;
  const end = build.plan.endsAt;
  const fails = build.plan.fails;
  const closing = fails
    ? ['ERROR: executor failed running [/bin/sh -c bin/rails assets:precompile]: exit code: 1', 'Build failed']
    : [
        `Running: docker push ${build.repository}:web.${build.id}`,
        `Pushing ${app.name} web ... done`,
        'Build complete',
      ];
  const texts = [...(fails ? STEPS.slice(0, 16) : STEPS), ...closing];
  const step = Math.max(0, end - start) / (texts.length + 1);
  return texts
    .map((text, i) => ({
      at: Math.floor(start + (i + 1) * step),
      nanos: 0,
      origin: { object: `build/${build.id}` },
      message: Buffer.from(text),
    }))
    .filter((line) => line.at >= from && line.at < to);
}
