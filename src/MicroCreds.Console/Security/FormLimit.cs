namespace MicroCreds.Console.Security;

/// <summary>How large a form an address takes; without it <see cref="FormGuard.MaxFormBytes"/>.</summary>
/// <param name="Bytes">Most bytes of the request's body.</param>
internal sealed record FormLimit(long Bytes);
