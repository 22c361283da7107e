/** Generations can be deleted: their row says when. */
import { Migration } from '@mikro-orm/migrations';

export class DeletedGenerations extends Migration {
  override up(): void {
    this.addSql('alter table generatejob add column deleted_at integer');
  }
}
