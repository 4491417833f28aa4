-- Server statistics
statistics = "internal"
