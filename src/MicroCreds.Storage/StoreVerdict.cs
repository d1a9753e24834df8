using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;

namespace MicroCreds.Storage;

/// <summary>What a check of a store found.</summary>
/// <param name="Findings">What is wrong; empty when nothing is.</param>
/// <param name="Signatures">Signatures of statements and receipts that were verified.</param>
/// <param name="Unproven">What could not be verified because the trust list holds no such key (any more), one line per signer. Not wrong by itself.</param>
public sealed record StoreVerdict(ImmutableArray<StoreFinding> Findings, long Signatures, ImmutableArray<StoreFinding> Unproven);

/// <summary>Keys with which members of a federation signed.</summary>
/// <param name="Consortium">Name of the federation, which stands in everything signed.</param>
/// <param name="KeyOf">Key of an organisation by its thumbprint; null when there is none.</param>
public sealed record MemberKeys(string Consortium, Func<OrganisationId, string, VerificationKey?> KeyOf);
