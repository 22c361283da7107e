/** What both buses promise. Each adapter runs this suite; nothing in it knows which one it is. */
import { describe } from 'vitest';
import { describeDelivery } from './bus-contract-delivery.ts';
import { describeRequests } from './bus-contract-requests.ts';
import { describeSubjects } from './bus-contract-subjects.ts';
import { type BusUnderTest, useBusStage } from './bus-stage.ts';

export function describeBus(adapter: string, open: () => Promise<BusUnderTest>): void {
  describe(adapter, () => {
    const stage = useBusStage(open);
    describeDelivery(stage);
    describeSubjects(stage);
    describeRequests(stage);
  });
}
