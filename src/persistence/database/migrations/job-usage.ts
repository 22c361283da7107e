/** What a job took, as its agent has said: of jobs that ended before, a rebuild adds it. */
import { Migration } from '@mikro-orm/migrations';

export class JobUsage extends Migration {
  override up(): void {
    this.addSql('alter table job add column usage text'); // JSON: {model, input_tokens, output_tokens, cost_usd}
  }
}
