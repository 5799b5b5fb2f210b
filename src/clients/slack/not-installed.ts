import { PermanentFailure } from '../failures.ts';

/** The workspace has not installed the app, or has removed it: nothing can be said there. */
export class NotInstalled extends PermanentFailure {
  override name = 'NotInstalled';

  constructor(teamId: string, options: { cause?: unknown } = {}) {
    super(`The app is not installed in the workspace ${teamId}.`, options);
  }
}
