// Loaded into the program before anything else: kills it at its n-th transaction. KILL_AT=begin:3 kills before
// the third begins, KILL_AT=end:3 when all of the third is written and nothing of it committed.
import Database from 'better-sqlite3';

const [moment, number] = (process.env.KILL_AT ?? '').split(':');
const transaction = Reflect.get(Database.prototype, 'transaction');
let seen = 0;

Database.prototype.transaction = function counted(work) {
  const isDue = ++seen === Number(number);
  if (isDue && moment === 'begin') process.kill(process.pid, 'SIGKILL');
  return Reflect.apply(transaction, this, [
    (...args) => {
      const result = work(...args);
      if (isDue && moment === 'end') process.kill(process.pid, 'SIGKILL');
      return result;
    },
  ]);
};
