import process from 'node:process';

/** Tells on stderr what a long run does: a moving line for a person, one line a stage for a log. */
export interface Progress {
  stage(name: string, done: number, total: number): void;
  note(line: string): void;
  done(): void;
}

const quietProgress: Progress = { stage: () => {}, note: () => {}, done: () => {} };

export interface ProgressOptions {
  readonly quiet?: boolean | undefined;
}

/** stdout carries data only, so everything here goes to stderr. */
export async function openProgress(options: ProgressOptions): Promise<Progress> {
  if (options.quiet === true) return quietProgress;
  const isPerson = process.stderr.isTTY === true && process.env.CI === undefined;
  return isPerson ? movingProgress() : lineProgress();
}

async function movingProgress(): Promise<Progress> {
  const { default: ora } = await import('ora');
  const spinner = ora({ stream: process.stderr, discardStdin: false }).start('starting');
  return {
    stage: (name, done, total) => {
      spinner.text = `${name} ${done}/${total}`;
      if (done === total) spinner.succeed().start();
    },
    note: (line) => void spinner.succeed(line).start(),
    done: () => void spinner.stop(),
  };
}

function lineProgress(): Progress {
  return {
    // A log wants an end, not every step.
    stage: (name, done, total) => {
      if (done === total) process.stderr.write(`${name}: ${total}\n`);
    },
    note: (line) => void process.stderr.write(`${line}\n`),
    done: () => {},
  };
}
