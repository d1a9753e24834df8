namespace MicroCreds.Domain.Problems;

/// <summary>
/// A store cannot be read now, and trying again may help: its server is away. Writes say so by a <see cref="Result{T}"/>; reads, which refuse nothing,
/// by this. Whoever made the call is told the <see cref="Problem"/>.
/// </summary>
public sealed class StoreUnavailableException(Problem problem, Exception innerException) : Exception(problem.Message, innerException)
{
    /// <summary>What the caller is told; its code is <see cref="ProblemCode.StoreUnavailable"/>.</summary>
    public Problem Problem { get; } = problem;
}
