/** A root that is not closed has its status by name: it was a time that was 0 where work is owed, and null where it rests. */
import { Migration } from '@mikro-orm/migrations';

export class RootStatus extends Migration {
  override up(): void {
    this.addSql('alter table open_root rename to open_root_before');
    this.addSql(`create table open_root (
       root text primary key, status text not null check (status in ('owed', 'resting'))
     ) strict, without rowid`);
    this.addSql(`insert into open_root (root, status)
       select root, case when due_at is null then 'resting' else 'owed' end from open_root_before`);
    this.addSql('drop table open_root_before');
  }
}
