using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Agreements;

/// <summary>The agreement that decided a case, or carries its proposal.</summary>
/// <param name="Agreement">Agreement.</param>
/// <param name="Version">Its version.</param>
/// <param name="Digest">Digest of that version.</param>
/// <param name="Asked">Credits of the components that the case asks for: what a full grant comes to.</param>
public sealed record AppliedAgreement(AgreementId Agreement, int Version, Sha256Digest Digest, EctsCredits Asked);
