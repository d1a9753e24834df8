using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>That somebody approved a draft as it stood.</summary>
/// <param name="By">Account that approved it.</param>
/// <param name="At">When.</param>
/// <param name="Digest">Digest of the content that was approved; an edit makes another draft, without approval.</param>
public sealed record DraftApproval(string By, DateTimeOffset At, Sha256Digest Digest);
