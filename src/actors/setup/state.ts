/** The setup's vocabulary: how round 0 comes to have features, positions and a scene. */
import type { Fault, Feature, PlayerStanding } from '../../protocol/contest.ts';
import type { SetupStateName } from '../../protocol/states.ts';
import type { PhaseBase } from '../contest/phase.ts';
import type { ChildrenSettled } from '../runtime/machine.ts';

interface SetupBase extends PhaseBase<SetupStateName> {
  readonly features: readonly Feature[];
  readonly players: readonly PlayerStanding[];
  readonly narrative: string | null;
  readonly faults: readonly { readonly seat: string; readonly faults: readonly Fault[] }[];
}

export type SetupState =
  | { readonly state: 'none'; readonly contest_id: string }
  | (SetupBase & { readonly state: SetupStateName });
export type ExistingSetup = Extract<SetupState, SetupBase>;

export type SetupCommand =
  | { readonly type: 'create' }
  /** Was made in another contest. */
  | { readonly type: 'copy'; readonly state: ExistingSetup }
  | { readonly type: 'advance'; readonly in?: string }
  | { readonly type: 'proceed' }
  | { readonly type: 'retry'; readonly number: number }
  | { readonly type: 'cancel' }
  | ChildrenSettled;

export type SetupEvent =
  | { readonly type: 'setup_created'; readonly retries: number }
  | { readonly type: 'copied'; readonly state: ExistingSetup }
  | {
      readonly type: 'moved';
      readonly from: SetupStateName;
      readonly to: SetupStateName;
      readonly features?: readonly Feature[];
      readonly players?: readonly PlayerStanding[];
      readonly job_id?: string;
      readonly error?: string;
    }
  | { readonly type: 'features_generated'; readonly features: readonly Feature[] }
  | { readonly type: 'described'; readonly text: string }
  | { readonly type: 'phase_failed'; readonly message: string }
  | { readonly type: 'faults_noted'; readonly seat: string; readonly faults: readonly Fault[] }
  | { readonly type: 'retried'; readonly number: number; readonly job_id?: string }
  | { readonly type: 'halted'; readonly state: SetupStateName }
  | { readonly type: 'cancel_requested' }
  | { readonly type: 'stopped' };
