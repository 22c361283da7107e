/** A contest's position is read from the journal: a column for it was never filled. */
import { Migration } from '@mikro-orm/migrations';

export class ContestPosition extends Migration {
  override up(): void {
    this.addSql('alter table contest drop column position');
  }
}
