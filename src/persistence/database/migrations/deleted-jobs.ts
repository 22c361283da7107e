/** Jobs can be deleted: the row of a tree's top says when. */
import { Migration } from '@mikro-orm/migrations';

export class DeletedJobs extends Migration {
  override up(): void {
    this.addSql('alter table job add column deleted_at integer');
    this.addSql('create index job_created on job (created_at, key)');
  }
}
