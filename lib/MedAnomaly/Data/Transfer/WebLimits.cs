namespace MedAnomaly.Data;

/// <summary>How patient a download is.</summary>
/// <param name="Attempts">Requests in a row that may bring nothing new.</param>
/// <param name="Requests">Requests in all.</param>
/// <param name="Redirects">Redirections in a row.</param>
/// <param name="Stall">How long nothing may arrive.</param>
/// <param name="FirstPause">The pause before the second request; each further one is twice as long.</param>
/// <param name="LongestPause">The longest pause, also where the server asks for more.</param>
sealed record WebLimits(int Attempts, int Requests, int Redirects, TimeSpan Stall, TimeSpan FirstPause, TimeSpan LongestPause)
{
    internal static WebLimits Default { get; } =
        new(5, 100, 10, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));
}
