import type { Verb } from '../verb.ts';
import { bagVerify, binderBag } from './bags.ts';
import { binderDiff } from './binder-diff.ts';
import { binder, countersign } from './binders.ts';
import { call } from './call.ts';
import { checklistList, checklistSet, checklistShow } from './checklists.ts';
import { conflictsList, conflictsResolve } from './conflicts.ts';
import { courierExport, courierImport, courierIn, courierList, courierOut } from './courier.ts';
import { assess, engagementNew } from './engagements.ts';
import { evidenceAdd, evidenceExport, evidenceSet } from './evidence.ts';
import { exportAs } from './export.ts';
import { gate } from './gates.ts';
import { help } from './help.ts';
import { house } from './house.ts';
import { importFiles } from './import.ts';
import { ledgerExport, ledgerImport, ledgerVerify } from './ledger.ts';
import { memberAdd, memberPassphrase, memberRemove, memberRole } from './members.ts';
import {
  packetAttach,
  packetCheck,
  packetExport,
  packetFinalise,
  packetHandover,
  packetList,
  packetNew,
  packetSet,
  packetShow,
  packetWaive,
} from './packets.ts';
import { diagnose, lockdown, roll } from './periods.ts';
import {
  accept,
  attest,
  measure,
  programmeAdd,
  programmeSet,
  programmeStart,
  programmeTemplates,
  prove,
} from './programme.ts';
import { list, show } from './records.ts';
import {
  registerAttest,
  registerChange,
  registerCheck,
  registerDue,
  registerHold,
  registerList,
  registerWeb,
} from './register.ts';
import {
  requestAccept,
  requestAnswer,
  requestList,
  requestNew,
  requestPackage,
  requestReturn,
} from './requests.ts';
import { revocationAttach } from './revocation.ts';
import { serve } from './serve.ts';
import { sign } from './sign.ts';
import { status } from './status.ts';
import {
  sync,
  syncConnect,
  syncDevices,
  syncDisconnect,
  syncInvite,
  syncJoin,
  syncPause,
  syncRevoke,
  syncStatus,
} from './sync.ts';
import { timestampAttach, timestampRequest } from './timestamp.ts';
import { verifier } from './verifier.ts';
import { verify } from './verify.ts';
import { version } from './version.ts';
import { clone, info, init, recover } from './workspace.ts';

/** Every verb there is, in the order of the help. */
export const VERBS = {
  init,
  recover,
  'member add': memberAdd,
  'member role': memberRole,
  'member remove': memberRemove,
  'member passphrase': memberPassphrase,
  clone,
  info,
  house,
  import: importFiles,
  list,
  show,
  'engagement new': engagementNew,
  'programme templates': programmeTemplates,
  'programme start': programmeStart,
  'programme add': programmeAdd,
  'programme set': programmeSet,
  measure,
  attest,
  accept,
  prove,
  gate,
  status,
  diagnose,
  lockdown,
  roll,
  assess,
  'evidence add': evidenceAdd,
  'evidence set': evidenceSet,
  'evidence export': evidenceExport,
  'register list': registerList,
  'register due': registerDue,
  'register attest': registerAttest,
  'register change': registerChange,
  'register check': registerCheck,
  'register web': registerWeb,
  'register hold': registerHold,
  'request list': requestList,
  'request new': requestNew,
  'request answer': requestAnswer,
  'request accept': requestAccept,
  'request return': requestReturn,
  'request package': requestPackage,
  export: exportAs,
  'checklist list': checklistList,
  'checklist show': checklistShow,
  'checklist set': checklistSet,
  sign,
  binder,
  'binder diff': binderDiff,
  'binder bag': binderBag,
  'bag verify': bagVerify,
  countersign,
  'timestamp request': timestampRequest,
  'timestamp attach': timestampAttach,
  'revocation attach': revocationAttach,
  'packet list': packetList,
  'packet show': packetShow,
  'packet new': packetNew,
  'packet set': packetSet,
  'packet attach': packetAttach,
  'packet waive': packetWaive,
  'packet finalise': packetFinalise,
  'packet handover': packetHandover,
  'packet check': packetCheck,
  'packet export': packetExport,
  verify,
  verifier,
  sync,
  'sync status': syncStatus,
  'sync connect': syncConnect,
  'sync invite': syncInvite,
  'sync join': syncJoin,
  'sync devices': syncDevices,
  'sync revoke': syncRevoke,
  'sync pause': syncPause,
  'sync disconnect': syncDisconnect,
  'ledger verify': ledgerVerify,
  'ledger export': ledgerExport,
  'ledger import': ledgerImport,
  'courier list': courierList,
  'courier export': courierExport,
  'courier import': courierImport,
  'courier out': courierOut,
  'courier in': courierIn,
  'conflicts list': conflictsList,
  'conflicts resolve': conflictsResolve,
  serve,
  call,
  help,
  version,
} as const satisfies Readonly<Record<string, Verb>>;
