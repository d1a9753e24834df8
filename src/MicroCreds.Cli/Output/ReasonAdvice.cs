using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Output;

/// <summary>What to do about a refusal, by its reason. The contract says the same at each value of <see cref="ErrorReason"/>.</summary>
internal static class ReasonAdvice
{
    /// <summary>One sentence; empty for a reason this version does not know.</summary>
    public static string For(ErrorReason reason) => reason switch
    {
        ErrorReason.InvalidRequest => "Mend the fields named and try again.",
        ErrorReason.CredentialTooLarge => "Ask the issuer for a file without embedded images; `mcf member node` shows the limit.",
        ErrorReason.CredentialMalformed => "The file is damaged: ask the issuer or the learner for it again.",
        ErrorReason.CredentialUnsupported => "Hand in a sealed credential of a format the node reads; `mcf verify FILE` shows what this one is.",
        ErrorReason.CredentialNotAuthentic => "The file was changed or is not genuine: ask the issuer. Nothing was kept.",
        ErrorReason.IssuerUnknown => "Have the issuer entered in the trust list, or pin its anchor in the node's PinnedAnchors, then try again.",
        ErrorReason.Unauthenticated => "Give a valid token with --token-file or MCF_TOKEN; the node writes admin.token into its data directory.",
        ErrorReason.PermissionDenied => "Use an account with the role named below.",
        ErrorReason.RequestIdReused => "Leave --request-id away, or repeat exactly what was sent under it.",
        ErrorReason.InstitutionNotFound => "`mcf member list` shows the members; `mcf member node` those hosted on this node.",
        ErrorReason.CaseNotFound => "`mcf case list` shows the cases this account may see.",
        ErrorReason.TableNotFound => "`mcf rule tables` shows the published tables; `mcf rule import` makes a draft.",
        ErrorReason.TargetUnitNotFound => "`mcf rule tables` shows the units that credentials can count for.",
        ErrorReason.GradeTableNotFound => "Put a grade table for it with `mcf grade put`, then try again.",
        ErrorReason.CaseStateConflict => "Read the case again with `mcf case show`: it is in another state than this verb needs.",
        ErrorReason.DecisionInvalid => "Mend what is named below: the procedure forbids this decision.",
        ErrorReason.DeadlinePassed => "The time for this act is over.",
        ErrorReason.AlreadyCounted => "The credential counts already; `mcf case show` on the case named below says for what.",
        ErrorReason.SheetInvalid => "Mend the cells named below. Nothing was imported.",
        ErrorReason.DraftNotPublishable => "Mend the draft, or say why its warnings are accepted with --reason KIND=TEXT; `mcf rule check` lists every finding.",
        ErrorReason.RuleNotFound => "`mcf rule list --institution PARTNER` shows the rules that the partner shows; an older node may not know what a newer one writes.",
        ErrorReason.SealMissing => "Have the operator put seal.crt and seal.key among the institution's keys, or export as ELMO, which needs no seal.",
        ErrorReason.SecondOfficerNeeded => "Have another officer look at the case and run `mcf case approve`, or take it back with `mcf case send-back`.",
        ErrorReason.SecondPersonNeeded => "Have another administrator look at the draft and run `mcf rule approve`.",
        ErrorReason.AgreementNotFound => "`mcf agreement list` shows the learning agreements.",
        ErrorReason.AgreementEnded => "Record another agreement under an identifier of its own.",
        ErrorReason.ConcurrentChange => "Somebody was faster: read again and repeat.",
        ErrorReason.StatementInvalid => "Tell the partner: what it sent does not verify.",
        ErrorReason.StreamGap => "Nothing to do: the node pulls again from its cursor.",
        ErrorReason.StreamEquivocation => "Tell the coordinator: the partner said two different things at one place. Both are kept.",
        ErrorReason.PartnerUnavailable => "Try again later with the same --request-id; `mcf member echo ORGANISATION` tests the way.",
        ErrorReason.QuotaExceeded => "Wait as long as the answer says, then try again.",
        ErrorReason.PageTokenInvalid => "Start again from the first page.",
        ErrorReason.StoreUnavailable => "Try again with the same --request-id; the operator finds the cause in the node's log.",
        ErrorReason.MessageMalformed or ErrorReason.CallUnsupported => "The node reads calls in another way than this client makes them: use one of the node's version.",
        ErrorReason.MessageTooLarge => "Send less at once; the limit is named below.",
        ErrorReason.TimeExceeded => "The node is busy: try again with the same --request-id.",
        ErrorReason.Internal => "Give the correlation id below to the operator of the node.",
        _ => "",
    };
}
