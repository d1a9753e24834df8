using System.Collections.Immutable;
using System.Text.Json;
using MicroCreds.Credentials.Checks;
using MicroCreds.Credentials.Keys;
using MicroCreds.Credentials.Tokens;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.LinkedData;

/// <summary>What the embedded proofs of a document came to.</summary>
/// <param name="Reason">Why they do not hold; none when every one verifies.</param>
/// <param name="Fault">The same in words.</param>
internal sealed record ProofOutcome(ReasonClass Reason, string Fault)
{
    /// <summary>The signer: the document's issuer, unless a proof is of someone else.</summary>
    public string Signer { get; init; } = "";

    /// <summary>What the register knows of the signer.</summary>
    public SignerKeys Keys { get; init; } = new([], null, null);

    /// <summary>Whether a proof lets the learner choose what to show.</summary>
    public bool Selective { get; init; }

    /// <summary>Each proof in words.</summary>
    public ImmutableArray<string> Made { get; init; } = [];
}

/// <summary>All embedded proofs of a document. Every one must verify: one that is wrong, or of a kind not known, refuses the whole.</summary>
internal static class EmbeddedProofs
{
    /// <summary>What this goes by.</summary>
    public const string Standard = "W3C Verifiable Credential Data Integrity 1.0, 4; JSON-LD in safe mode with pinned contexts";

    private const int MaxProofs = 8;

    private static readonly string[] BaseContexts = ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/2018/credentials/v1"];

    /// <summary>Verifies the proofs of a document by <paramref name="issuer"/> under registered keys, or a did:key's own.</summary>
    public static ProofOutcome Verify(JsonElement root, string issuer, IssuerRegister register, DateTimeOffset at)
    {
        if (!HasBaseContext(root)) return new(ReasonClass.ContextUnknown, "The contexts do not begin with that of W3C credentials, or one of them is not pinned here.");
        if (!root.TryGetProperty("proof", out var stated)) return new(ReasonClass.NoProof, "There is no proof.");
        var proofs = stated.ValueKind == JsonValueKind.Array ? stated.EnumerateArray().ToList() : [stated];
        if (proofs.Count is 0 or > MaxProofs) return new(ReasonClass.UnsupportedProof, "There is no proof, or more than can be looked at.");
        var made = ImmutableArray.CreateBuilder<string>();
        var known = new SignerKeys([], null, null);
        var selective = false;
        string? signer = null;
        foreach (var element in proofs)
        {
            if (!DataIntegrityProof.TryRead(element, out var proof, out var reason, out var fault)) return new(reason, $"A proof cannot be used: {fault}.");
            var by = IssuerRegister.SignerOf(proof.Method);
            var found = register.Find(by, proof.Method);
            if (found.Keys.IsEmpty) return new(ReasonClass.KeyUnresolvable, $"The key that a proof names is not registered for {SignerCheck.Shown(by)}.");
            if (!found.Keys.Any(proof.Fits)) return new(ReasonClass.WeakAlgorithm, $"The suite {proof.Suite} does not fit the issuer's key.");
            try
            {
                if (!found.Keys.Any(k => proof.Verify(root, k)))
                {
                    (reason, fault) = RegisteredSignature.NoneFits(by, found);
                    return new(reason, fault);
                }
            }
            catch (LinkedDataException e)
            {
                return new(e.OfContext ? ReasonClass.ContextUnknown : ReasonClass.ProofInvalid, $"What was signed cannot be told: {e.Message}.");
            }
            if (proof.Expires < at) return new(ReasonClass.Expired, "The proof itself has ended.");
            selective |= proof.Selective is not null;
            made.Add($"{proof.Suite} by {SignerCheck.Shown(by)}.");
            // The first proof of a stranger decides: binding to the issuer is then refused.
            if (signer is null || signer == issuer) (signer, known) = (by, found);
        }
        return new(ReasonClass.None, "") { Signer = signer ?? "", Keys = known, Selective = selective, Made = made.ToImmutable() };
    }

    // W3C Verifiable Credentials Data Model 2.0, 4.3: the first context is the base context.
    private static bool HasBaseContext(JsonElement root) => root.TryGetProperty("@context", out var contexts) && ActiveContext.IsPinned(contexts)
        && BaseContexts.Contains(contexts.ValueKind == JsonValueKind.Array ? contexts.GetArrayLength() > 0 ? contexts[0].GetString() : "" : contexts.GetString());
}
