namespace MicroCreds.Domain.Rules;

/// <summary>Why a version was published in spite of warnings.</summary>
/// <param name="Code">Kind of the warnings.</param>
/// <param name="Count">How many there were.</param>
/// <param name="Reason">The administrator's reason.</param>
public sealed record AcceptedWarning(TableFindingCode Code, int Count, string Reason);
